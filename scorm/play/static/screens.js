// What stands in the middle when no content does: waiting, the end of a part, the way out.

export function note(text, action) {
  const box = panel(text, "p");
  box.setAttribute("role", "status");
  if (action) box.append(row([action]));
  return box;
}

// Something to know while the content goes on below.
export function notice(words, understood) {
  const box = document.createElement("div");
  box.className = "player-notice";
  box.setAttribute("role", "alert");
  box.append(text(words), row([[understood, () => box.remove()]]));
  return box;
}

export function endScreen({ words, said, next, standing, ended, held, go, exit, again }) {
  const box = panel(held ? words.held : ended || (standing && !next) ? words.finishedCourse : words.finished, "h2");
  if (said) box.append(text(said));
  if (!next && standing) box.append(text(words[standing]));
  const actions = next ? [[next.label ?? words.next.replace("{title}", next.title), () => go(next)], [words.leaveFinished, exit]] : [[words.leaveFinished, exit]];
  box.append(row(again ? [...actions, [words.stay, again]] : actions));
  queueMicrotask(() => box.querySelector("button").focus());
  return box;
}

export function leaveScreen({ words, retry, leave }) {
  const box = panel(words.cannotSave, "p");
  box.setAttribute("role", "alert");
  box.append(row([[words.retry, retry], [words.leaveAnyway, leave]]));
  return box;
}

function panel(words, tag) {
  const box = document.createElement("div");
  box.className = "player-note";
  box.append(text(words, tag));
  return box;
}

function text(words, tag = "p") {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}

function row(actions) {
  const line = document.createElement("p");
  line.className = "player-actions";
  actions.forEach(([words, act], place) => {
    const button = text(words, "button");
    button.type = "button";
    button.className = place ? "player-button" : "player-button player-button-first";
    button.addEventListener("click", act);
    line.append(button);
  });
  return line;
}
