// What the tests ask of the page: functions by name, evaluated one at a time.
({
  drawings: () => Object.fromEntries([...document.querySelectorAll("#views figure")].map((f) => [
    f.id.slice(5), f.querySelector("svg").innerHTML + f.querySelector("figcaption").textContent])),

  /** The numbers of the results that the views show. */
  results: () => [...new Set([...document.querySelectorAll("#views figure")].map((f) => f.dataset.result))],

  /** Texts of a figure that meet each other or leave it. */
  overlaps: () => {
    const found = [];
    for (const svg of document.querySelectorAll("#views svg")) {
      const frame = svg.getBoundingClientRect(), id = svg.parentElement.id;
      const boxes = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim())
        .map((t) => [t.textContent, t.getBoundingClientRect()]);
      for (const [words, b] of boxes) {
        const isInside = b.left >= frame.left - 1 && b.right <= frame.right + 1 &&
          b.top >= frame.top - 1 && b.bottom <= frame.bottom + 1;
        if (!isInside) found.push(["cut off", id, words]);
      }
      for (let i = 0; i < boxes.length; i++) for (let j = 0; j < i; j++) {
        const [a, p] = boxes[i], [b, q] = boxes[j];
        const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const tall = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (wide > 0.5 && tall > 1.5) found.push(["overlap", id, a, b]);
      }
    }
    return found;
  },

  /** Visible texts below 12 px as shown, the scale of their figure included. */
  small: () => {
    const scale = (svg) => (svg ? svg.clientWidth / svg.viewBox.baseVal.width : 1);
    const holds = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    return [...document.querySelectorAll("body *")]
      .filter((e) => holds(e) && e.checkVisibility() && !e.closest("sub, script, style"))
      .filter((e) => parseFloat(getComputedStyle(e).fontSize) * scale(e.closest("svg")) < 11.99)
      .map((e) => [e.tagName, e.textContent.slice(0, 30)]);
  },

  nameless: () => [...document.querySelectorAll("input, select, textarea, button, a, svg")]
    .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") ||
      e.labels?.length || e.textContent.trim()))
    .map((e) => e.id || e.tagName),

  /** Texts whose contrast with the page is below 4.5, by the formula of WCAG 2. */
  faint: () => {
    const light = (color) => {
      const [r, g, b] = color.match(/[\d.]+/g).map((v) => v / 255)
        .map((s) => (s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll("figcaption, header p, h2, label, #views text")].map((e) => {
      const c = light(getComputedStyle(e)[e.closest("svg") ? "fill" : "color"]);
      return [(Math.max(c, ground) + 0.05) / (Math.min(c, ground) + 0.05), e.textContent.slice(0, 30)];
    }).filter(([ratio]) => ratio < 4.5);
  },

  /** Elements wider than the window, which would scroll sideways. */
  wide: () => (document.documentElement.scrollWidth <= innerWidth ? []
    : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => e.id || e.tagName)),

  /** [color, dash, width] of every curve of the gap view. */
  curves: () => [...document.querySelectorAll("#view-gap path[data-series]")].map((p) => {
    const s = getComputedStyle(p);
    return [s.stroke, s.strokeDasharray, s.strokeWidth];
  }),

  /** Try a request, a picture from elsewhere and a new script: [what was refused, was it run]. */
  intrusions: async () => {
    const refused = [];
    document.addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));
    await fetch("http://127.0.0.1:9/").catch(() => 0);
    new Image().src = "http://127.0.0.1:9/x.png";
    document.body.append(Object.assign(document.createElement("script"),
      { textContent: "window.hacked = 1" }));
    await new Promise((done) => setTimeout(done, 100));
    return [refused, window.hacked ?? null];
  },
})
