// Would answer every request of its scope, if it could be registered.
self.addEventListener("fetch", (event) => event.respondWith(new Response("attacked")));
