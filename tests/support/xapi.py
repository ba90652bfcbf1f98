"""A client of the record store."""


class Xapi:
    """A client of ``/xapi`` with a key: ``xapi.post(statements)``, ``xapi.get(agent=…)``."""

    def __init__(self, client, credential, version: str = "1.0.3"):
        self.client, self.auth, self.version = client, tuple(credential), version

    @property
    def _headers(self) -> dict:
        return {"X-Experience-API-Version": self.version}

    def post(self, body, **options):
        how = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {"json": body}
        return self.client.post("/xapi/statements", auth=self.auth, headers=self._headers, **how, **options)

    def put(self, uuid: str, body):
        how = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {"json": body}
        return self.client.put("/xapi/statements", query_string={"statementId": uuid}, auth=self.auth, headers=self._headers, **how)

    def get(self, **parameters):
        return self.client.get("/xapi/statements", query_string=parameters, auth=self.auth, headers=self._headers)

    def follow(self, more: str):
        return self.client.get(more, auth=self.auth, headers=self._headers)

    def ids(self, **parameters) -> list[str]:
        """The ids of a whole list, page after page."""
        answer = self.get(**parameters)
        found = []
        while True:
            assert answer.status_code == 200, answer.text
            found += [s["id"] for s in answer.json["statements"]]
            if not answer.json["more"]:
                return found
            answer = self.follow(answer.json["more"])
