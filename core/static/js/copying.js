// A button with data-copy="id" puts the text of that element on the clipboard; data-copied says that it did. Hidden where that cannot be.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.copied, kind: "success" } }));
  });
}
