// Menus are <details>: one open at a time, closed by Escape (focus returns to its button) and by a click elsewhere.
const open = () => [...document.querySelectorAll("details.menu[open]")];

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Filters stand open where there is room for them and wait behind a button on a phone.
const wide = matchMedia("(min-width: 62rem)");
const arrange = () => document.querySelectorAll("details.facets").forEach((facets) => { facets.open = wide.matches; });
wide.addEventListener("change", arrange);
arrange();
