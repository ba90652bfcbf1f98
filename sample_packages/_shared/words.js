// What the frame of a course says, by the language of the page.

const WORDS = {
  en: {
    check: "Check my answer", choose: "Choose…", up: "Move up", down: "Move down", right: "That’s right.", wrong: "Not quite.",
    position: (at, of) => `${at} of ${of}`, start: "Start", next: "Next", finish: "Finish", chapter: "Next chapter",
    seen: "seen", noHost: "Opened without a learning platform: nothing you do here will be saved.",
    review: "You are looking back: nothing you do here changes your result.", saved: "Saved.", notSaved: "This note is not saved yet.",
    empty: "Pick or write an answer first.", waiting: (count) => `${count === 1 ? "One question is" : `${count} questions are`} still waiting for an answer.`,
    score: (right, of) => `${right} of ${of} right`, percent: (scaled) => `${Math.round(scaled * 100)} %`,
    passed: "Passed. Well done.", failed: (mark) => `Almost. It takes ${Math.round(mark * 100)} % to pass: look at the answers below and try again.`,
    done: "Done. Thank you for reading to the end.", again: "Try again", open: "Not answered", yes: "Right", no: "Not right",
    bye: "All saved", byeText: "You may close this course.", byeChapter: "This part is done. If the next one does not open by itself, choose it in the contents of your platform.",
    byeUnsaved: "Your platform did not confirm the last save. Keep this page open and check your connection.",
  },
  fr: {
    check: "Vérifier ma réponse", choose: "Choisir…", up: "Monter", down: "Descendre", right: "C’est cela.", wrong: "Pas tout à fait.",
    position: (at, of) => `${at} sur ${of}`, start: "Commencer", next: "Suivant", finish: "Terminer", chapter: "Chapitre suivant",
    seen: "vu", noHost: "Module ouvert hors d’une plateforme : rien de ce que vous ferez ici ne sera enregistré.",
    review: "Vous relisez ce module : votre résultat ne changera pas.", saved: "Enregistré.", notSaved: "Cette note n’est pas encore enregistrée.",
    empty: "Choisissez ou écrivez d’abord une réponse.", waiting: (count) => `${count === 1 ? "Une question attend" : `${count} questions attendent`} encore votre réponse.`,
    score: (right, of) => `${right} bonne${right > 1 ? "s" : ""} réponse${right > 1 ? "s" : ""} sur ${of}`, percent: (scaled) => `${Math.round(scaled * 100)} %`,
    passed: "Réussi. Bravo !", failed: (mark) => `Presque. Il faut ${Math.round(mark * 100)} % pour réussir : relisez les réponses ci-dessous, puis recommencez.`,
    done: "C’est terminé. Merci d’être allé jusqu’au bout.", again: "Recommencer", open: "Sans réponse", yes: "Juste", no: "À revoir",
    bye: "Tout est enregistré", byeText: "Vous pouvez fermer ce module.", byeChapter: "Cette partie est terminée. Si la suivante ne s’ouvre pas d’elle-même, choisissez-la dans le sommaire de votre plateforme.",
    byeUnsaved: "La plateforme n’a pas confirmé le dernier enregistrement. Gardez cette page ouverte et vérifiez votre connexion.",
  },
};

export const words = WORDS[document.documentElement.lang.slice(0, 2)] || WORDS.en;
