// What the page says about Python: whether it was asked, and whether it found the same.
let asked = "";
async function askPython() {
  const link = settingLink(state);
  if (asked === link) return;
  asked = link;
  try {
    const answer = await fetch(`/observe?${link}`), content = await answer.json();
    if (settingLink(state) !== link) return;
    const found = content.error ? content : compared(content);
    if (found.worst > data.agrees) found.own = sensitivity(content);
    agree(found, "of this state, asked just now", result.run.diverged);
  } catch {
    if (settingLink(state) === link) agreement("No check: the server no longer answers.", true);
  }
}

function agreement(words, isWrong = false) {
  const box = document.getElementById("agreement");
  if (box.textContent !== words) box.textContent = words;
  box.className = isWrong ? "wrong" : "";
}

/** Say how a comparison came out; `asking` names the Python it was with, `ended` where our run diverged. */
function agree(found, asking, ended = 0) {
  const there = found.diverged ?? 0;
  if (there || ended) {
    return agreement(there === ended ? `Python finds the same: diverged at step ${ended}.`
      : `Python DISAGREES: diverged at step ${there || "none"} there, ${ended || "none"} here.`, there !== ended);
  }
  if (found.error) return agreement(`No check: ${found.error}`, true);
  if (found.worst <= MAGNIFIED * found.own) {
    return agreement(`No verdict: a few last bits of γ move this run by ${short(found.own, 2)}, and Python's ` +
      `run differs by ${short(found.worst, 2)} (in ${found.where}).`);
  }
  const isWrong = !(found.worst <= data.agrees);
  const verb = isWrong ? `Python DISAGREES (in ${found.where}) by` : "Python agrees to";
  agreement(`${verb} ${short(found.worst, 2)}: ${plural(found.values, "value")} ${asking}.${stampWords()}`, isWrong);
}

function stampWords() {
  const s = data.stamp;
  return s && !data.served ? ` Parity stamp of this code: ${s.values.toLocaleString("en")} values agree to ` +
    `${short(s.worst, 2)} (${s.browser}).` : "";
}
