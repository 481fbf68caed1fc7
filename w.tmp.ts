import { bundle } from "/tmp/wt/merge/functions/bundle.ts";
import { weigh } from "/tmp/wt/merge/functions/testing/weigh.ts";
const m = await bundle("/tmp/wdist");
for (const [n, meta] of Object.entries(m)) { const w = weigh(meta); console.log(n, w.loaded, w.gzip, w.lazy); }
const by: Record<string, number> = {};
for (const o of Object.values(m.api.outputs)) for (const [f, { bytesInOutput: b }] of Object.entries(o.inputs)) {
  const k = f.includes("node_modules") ? f.replace(/.*node_modules\//, "").split("/").slice(0, f.includes("/@") || /node_modules\/@/.test(f) ? 2 : 1).join("/") : f.split("/").slice(0, 2).join("/");
  by[k] = (by[k] ?? 0) + b; }
console.log(Object.entries(by).sort((a, b) => b[1] - a[1]).slice(0, 45));
