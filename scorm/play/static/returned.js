// Where a unit sent its learner back to: inside the player, or in a window of its own that may be closed.

const alone = window.top === window;
document.getElementById("inside").hidden = alone;
document.getElementById("outside").hidden = !alone;
