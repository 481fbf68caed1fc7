/** The style sheet of the hosted pages: light and dark, from 320 px. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #d9dde3; --field: #8b93a1; --text: #1a1f36; --quiet: #545b6d;
  --accent: #0b5cad; --on-accent: #ffffff; --good: #14633a; --bad: #b3261e; --bad-page: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101318; --card: #191d24; --line: #343a46; --field: #7d8696; --text: #f2f4f8; --quiet: #aab2c0;
    --accent: #8ec1ff; --on-accent: #0b1a2b; --good: #8fdcae; --bad: #ffb4ab; --bad-page: #3a1513;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/24px Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
}
.mode { margin: 0; padding: 6px 16px; background: var(--text); color: var(--page); font-size: 13px; line-height: 20px; text-align: center; }
main { max-width: 960px; margin: 0 auto; padding: 32px 16px 64px; }
.narrow { max-width: 480px; margin: 0 auto; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 32px; }
@media (min-width: 800px) { .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 64px; } }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 28px; font-weight: 600; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 0 0 12px; font-size: 16px; line-height: 24px; font-weight: 600; }
p { margin: 0 0 12px; }
a { color: var(--accent); }
.back { display: inline-block; margin: 0 0 24px; padding: 6px 0; }
.price { margin: 0 0 24px; font-size: 36px; line-height: 44px; font-weight: 600; letter-spacing: -0.02em; }
.price small { font-size: 14px; line-height: 20px; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.quiet { color: var(--quiet); font-size: 14px; line-height: 20px; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.card { margin: 0 0 24px; padding: 20px; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
.card > :last-child { margin-bottom: 0; }
.alert { margin: 0 0 16px; padding: 12px 16px; border-radius: 8px; background: var(--bad-page); color: var(--bad); }
.sums { width: 100%; margin: 0 0 16px; border-collapse: collapse; }
.sums caption { text-align: left; }
.sums th, .sums td { padding: 8px 0; text-align: left; font-weight: 400; vertical-align: top; overflow-wrap: anywhere; }
.sums td:last-child, .sums th.number { padding-left: 16px; text-align: right; white-space: nowrap; }
.sums tr + tr { border-top: 1px solid var(--line); }
.sums .total th, .sums .total td { font-weight: 600; }
.scroll { overflow-x: auto; }
.list { margin: 0; padding: 0; list-style: none; }
.list li { padding: 12px 0; overflow-wrap: anywhere; }
.list li + li { border-top: 1px solid var(--line); }
form { margin: 0; }
.field { display: grid; gap: 4px; margin: 0 0 12px; min-width: 0; }
.fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 12px; }
label, legend { font-size: 14px; line-height: 20px; font-weight: 500; }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
input, select, button { width: 100%; min-height: 44px; padding: 8px 12px; border-radius: 8px; font: inherit; }
input, select { border: 1px solid var(--field); background: var(--card); color: var(--text); }
button { border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
button.plain { background: transparent; color: var(--accent); }
.row { display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 8px; align-items: end; }
.row .field { margin: 0; }
.row button { width: auto; }
.actions { display: grid; gap: 12px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details { margin: 0 0 16px; }
summary { padding: 6px 0; cursor: pointer; font-size: 14px; }
code { font: 14px/20px ui-monospace, Menlo, Consolas, monospace; }
`;
