// The certified table: worst cases of f(x_T) − f* over all convex f with G = D = 1.  Other G and D
// scale it by GD, with γ in units of D/G.  It is read at its own grid points, never between them.
const nearest = (list, value, size = (v) => v) => list.reduce((best, v, i) =>
  Math.abs(size(v) - size(value)) < Math.abs(size(list[best]) - size(value)) ? i : best, 0);

function scaleOfProblem(setting) {
  const f = problemOf(setting.problem);
  return { G: f.lipschitz, D: Math.hypot(...f.start), start: f.start };
}

/** The layer of the table next to a setting: indices of T and of γ√T. */
function layerOf(setting, T = setting.T) {
  const { G, D } = scaleOfProblem(setting);
  const t = nearest(data.table.T, T, Math.log);
  const c = nearest(data.table.scale, (setting.gamma * G * Math.sqrt(T)) / D, Math.log);
  return { t, c, T: data.table.T[t], gamma: data.table.gamma[t][c] };
}

/** The certified upper end, times GD, at the table's constants next to a setting. */
function certified(setting, { t, c }) {
  const { mu_x, mu_y, scale, upper } = data.table, { G, D } = scaleOfProblem(setting);
  const i = nearest(mu_x, setting.mux, scaleOf), j = nearest(mu_y, setting.muy);
  return G * D * upper[((t * scale.length + c) * mu_x.length + i) * mu_y.length + j];
}

const NEARBY = 1.5; // a tabulated γ further off, as a factor, says little about this one

/** Certified worst cases near a setting, for each T of the table that the run reaches. */
function certifiedCurve(setting) {
  if (setting.base !== "ogd" || setting.noise > 0) return [];
  if (setting.mux > data.table.mu_x.at(-1)) return [];
  const { G, D } = scaleOfProblem(setting);
  const isNear = ({ gamma }) => Math.abs(Math.log((setting.gamma * G) / (D * gamma))) <= Math.log(NEARBY);
  const layers = data.table.T.filter((T) => setting.T >= T).map((T) => layerOf(setting, T));
  return layers.filter(isNear).map((layer) => {
    return { ...layer, value: certified(setting, layer),
      mux: data.table.mu_x[nearest(data.table.mu_x, setting.mux, scaleOf)],
      muy: data.table.mu_y[nearest(data.table.mu_y, setting.muy)] };
  });
}
