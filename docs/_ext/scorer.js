// The order of the results: the page of exactly this term or title, then lessons, the start, guides, and the reference.
const FOLDERS = ["reference", "guides", "start", "lessons"];
const WHOLE_TITLE = 12; // of 15: the query is at least four fifths of the title
const WHOLE_TERM = 100;
const WHOLE_NAME = 11;
var Scorer = {
  objNameMatch: WHOLE_NAME,
  objPartialMatch: 6,
  objPrio: {},
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  score([page, title, anchor, , score, , kind]) {
    const isTerm = kind === "index" && score === WHOLE_TERM;
    const isTitle = kind === "title" && !anchor && score > WHOLE_TITLE && !page.startsWith(FOLDERS[0]);
    // A name with an underscore is no word of the lessons: the reader looks for the function.
    const isName = kind === "object" && score === WHOLE_NAME && title.split(".").pop().includes("_");
    const folder = isTerm || isTitle || isName ? FOLDERS.length : FOLDERS.indexOf(page.split("/")[0]);
    return 100 * folder + score;
  },
};
