// The slides: one is shown at a time; buttons, arrow keys and the contents move between them.
import { words } from "./words.js";

export class Deck {
  /** `onShow(number)` is told of every slide shown (1 is the first); `onEnd()` when Next is pressed on the last one. */
  constructor({ slides, ending, onShow, onEnd }) {
    this.slides = slides;
    this.ending = ending;
    this.onShow = onShow;
    this.onEnd = onEnd;
    this.number = 0;
    this.title = document.title;
    this.back = document.querySelector("[data-back]");
    this.next = document.querySelector("[data-next]");
    this.bar = document.querySelector("[data-bar]");
    this.place = document.querySelector("[data-place]");
    this.main = document.querySelector("main");
    this.menu = document.querySelector("[data-menu]");
    this.links = this.fillMenu();
    this.listen();
  }

  fillMenu() {
    return this.slides.map((slide, index) => {
      const link = document.createElement("button");
      link.type = "button";
      link.textContent = slide.dataset.title;
      link.addEventListener("click", () => {
        this.menu.open = false;
        this.show(index + 1);
      });
      const row = document.createElement("li");
      row.append(link);
      this.menu.querySelector("ol").append(row);
      return link;
    });
  }

  listen() {
    this.back.addEventListener("click", () => this.show(this.number - 1));
    this.next.addEventListener("click", () => this.forward());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.menu.open) {
        this.menu.open = false;
        this.menu.querySelector("summary").focus();
      }
      if (event.target.closest("input, textarea, select") || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowRight" && this.number < this.slides.length) this.forward();
      if (event.key === "ArrowLeft") this.show(this.number - 1);
    });
    document.addEventListener("click", (event) => {
      if (!this.menu.contains(event.target)) this.menu.open = false;
    });
  }

  forward() {
    if (this.number < this.slides.length) this.show(this.number + 1);
    else this.onEnd();
  }

  /** Show slide `number`; numbers outside the deck change nothing. */
  show(number, { focus = true } = {}) {
    if (number < 1 || number > this.slides.length) return;
    this.number = number;
    this.slides.forEach((slide, index) => { slide.hidden = index !== number - 1; });
    const slide = this.slides[number - 1];
    document.title = `${slide.dataset.title} – ${this.title}`;
    this.place.textContent = words.position(number, this.slides.length);
    this.back.hidden = number === 1;
    this.next.textContent = number === 1 ? words.start : number < this.slides.length ? words.next : this.ending;
    this.links.forEach((link, index) => {
      if (index === number - 1) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    window.scrollTo(0, 0);
    this.main.scrollTop = 0;
    const heading = slide.querySelector("h2");
    heading.tabIndex = -1;
    if (focus) heading.focus({ preventScroll: true });
    this.onShow(number);
  }

  /** Tick the slides that were seen and draw the bar. `seen` holds slide numbers. */
  mark(seen) {
    this.bar.max = this.slides.length;
    this.bar.value = seen.length;
    this.links.forEach((link, index) => link.classList.toggle("seen", seen.includes(index + 1)));
  }
}
