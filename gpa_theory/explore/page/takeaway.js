// What can be taken away: each a text made from the result, so it says what the screen says.
const pythonSetting = (s) => {
  const given = [["mu_x", s.mux], ["mu_y", s.muy], ["gamma", s.gamma], ["steps", s.T],
    ["noise", s.noise], ["seed", s.seed]].map(([name, v]) => `${name}=${exactly(v)}`);
  return `Setting(${given.join(", ")}, problem="${s.problem}", base="${s.base}")`;
};

const commandOf = (state) => `gpa explore --state '${writeLink(state)}'`;

/** Code that finds in Python what the page shows, be it that the run is refused. */
function pythonText(r) {
  const call = `observe(${pythonSetting(r.setting)})`;
  const lines = r.run.diverged
    ? ["try:", `    ${call}`, "except ValueError as refused:", `    print(refused)  # as this page says: ${r.verdict}`]
    : [`seen = ${call}`, `print(seen.terms["phi"])  # the mean gap; this page shows ${short(r.terms.phi)}`];
  return ["from gpa_theory.explore import Setting, observe", "", ...lines].join("\n");
}

const TAKE = {
  LaTeX: latexTable,
  Markdown: markdownTable,
  BibTeX: () => data.bibtex,
  Python: pythonText,
  "Command line": (r) => `${commandOf(r.state)}\n${commandOf(r.state)} --json`,
  Link: (r) => `${location.protocol === "about:" ? "" : location.href.split("#")[0]}#${writeLink(r.state)}`,
};

/** Show a text, selected, and copy it if the browser lets us. */
async function take(name, r) {
  const area = document.getElementById("copied");
  area.value = TAKE[name](r);
  area.focus();
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    announce(`${name} copied.`);
  } catch {
    announce(`${name} is selected below; press Ctrl+C.`);
  }
}

function announce(words) {
  document.getElementById("said").textContent = words;
}
