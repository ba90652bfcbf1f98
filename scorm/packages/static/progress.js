// A form with one large file says how far it is while it is sent. The answer, whatever it is, takes the page's place; without this
// script the form posts as it is.
const form = document.querySelector("form[data-progress]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { sending, importing, failed } = form.dataset;
  const line = form.querySelector(".progress-line");
  const [bar, words] = line.children;
  const button = form.querySelector("button:not([type=button])");
  const request = new XMLHttpRequest();
  const say = (text, share) => {
    line.hidden = false;
    words.textContent = text;
    if (share === undefined) bar.removeAttribute("value");
    else bar.value = share;
  };
  const stuck = () => {
    say(failed, 0);
    button.disabled = false;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const share = Math.floor((100 * loaded) / total);
    if (share < 100) say(`${sending} ${share} %`, share);
    else say(importing);
  });
  request.addEventListener("load", () => {
    history.replaceState(null, "", request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
    window.scrollTo(0, 0);
  });
  request.addEventListener("error", stuck);
  request.addEventListener("abort", stuck);
  request.open("POST", form.action);
  button.disabled = true;
  say(sending, 0);
  request.send(new FormData(form));
});
