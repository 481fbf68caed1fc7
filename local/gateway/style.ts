/** The style sheet of the embedded cloud's own pages: light and dark, from 320 px. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #fafafa; --card: #ffffff; --line: #e4e4e7; --text: #18181b; --quiet: #52525b;
  --accent: #1d4ed8; --button: #18181b; --on-button: #ffffff;
  --good: #166534; --bad: #b91c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #09090b; --card: #18181b; --line: #3f3f46; --text: #fafafa; --quiet: #a1a1aa;
    --accent: #93c5fd; --button: #fafafa; --on-button: #18181b;
    --good: #86efac; --bad: #fca5a5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 14px/20px Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
}
header { border-bottom: 1px solid var(--line); background: var(--card); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 16px; margin: 0 auto; padding: 4px 16px; max-width: 1120px; list-style: none; }
nav a { display: inline-block; padding: 10px 0; color: var(--text); text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { margin: 0 0 16px; font-size: 20px; line-height: 28px; font-weight: 600; overflow-wrap: anywhere; }
h2 { margin: 32px 0 8px; font-size: 16px; line-height: 24px; font-weight: 600; }
h3 { margin: 24px 0 8px; font-size: 14px; line-height: 20px; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 0 0 12px; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font: 13px/20px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0; padding: 16px; border: 1px solid var(--line); border-radius: 12px; background: var(--card); white-space: pre-wrap; }
.quiet { color: var(--quiet); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.list { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
.list > li + li { border-top: 1px solid var(--line); }
.row { display: block; padding: 12px 16px; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
a.row:hover strong { text-decoration: underline; }
.row > span { display: block; color: var(--quiet); font-size: 13px; }
.tabs { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0; padding: 0; list-style: none; }
.tabs a { display: inline-block; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; color: var(--text); background: var(--card); text-decoration: none; }
.tabs a[aria-current] { border-color: var(--accent); color: var(--accent); }
.mail { display: block; width: 100%; height: 640px; border: 1px solid var(--line); border-radius: 12px; background: #ffffff; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0 0 16px; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 12px; background: var(--card); margin: 0 0 12px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 12px 16px; text-align: left; vertical-align: top; }
th { color: var(--quiet); font-size: 13px; font-weight: 500; }
tbody tr { border-top: 1px solid var(--line); }
td.number, th.number { text-align: right; }
button, input, select { min-height: 36px; padding: 6px 12px; border-radius: 6px; font: inherit; }
button { border: 0; background: var(--button); color: var(--on-button); cursor: pointer; }
button:disabled { opacity: 0.5; cursor: default; }
input, select { min-width: 0; border: 1px solid var(--line); background: var(--card); color: var(--text); }
form { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 0; }
.bar { margin: 0 0 16px; }
.method { display: inline-block; min-width: 56px; font: 600 12px/16px ui-monospace, Menlo, Consolas, monospace; }
details { border: 1px solid var(--line); border-radius: 12px; background: var(--card); margin: 0 0 8px; padding: 0 16px; }
summary { padding: 12px 0; cursor: pointer; overflow-wrap: anywhere; }
details > :last-child { margin-bottom: 16px; }
`;
