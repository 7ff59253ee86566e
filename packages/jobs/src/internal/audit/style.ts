/** The style sheet of the audit's page: one column, light and dark, from 320 pixels up. */
export const style = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1c2733; --quiet: #55626f; --line: #d5dce3; --field: #eef2f6; --mark: #0061eb; --warn: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #10161d; --ink: #e4eaf0; --quiet: #a3b0bd; --line: #33404d; --field: #1d2731; --mark: #5ea0ff; --warn: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 24px 16px 64px; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 40px 0 8px; font-size: 1.2rem; }
p { margin: 4px 0 12px; }
.quiet { color: var(--quiet); }
.warn { border-left: 4px solid var(--warn); margin: 12px 0; padding: 4px 12px; }
.sums { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; padding: 0; }
.sums > div { background: var(--field); border-radius: 8px; padding: 12px 16px; }
.sums dt { color: var(--quiet); font-size: .875rem; }
.sums dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.sums dd small { display: block; font-size: .875rem; color: var(--quiet); }
main > p:first-child { margin-top: 24px; }
figure { margin: 0; }
svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, sans-serif; color: var(--ink); }
svg text { white-space: pre; }
svg.narrow { display: none; }
@media (max-width: 640px) { svg.wide { display: none; } svg.narrow { display: block; } }
summary { cursor: pointer; color: var(--quiet); padding: 8px 0; }
.scroll { overflow-x: auto; margin-bottom: 16px; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { border-bottom: 1px solid var(--line); padding: 6px 16px 6px 0; text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
td { white-space: nowrap; }
td.name, td.list { white-space: normal; overflow-wrap: anywhere; }
td.name { min-width: 12em; }
td.list { min-width: 7em; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print { summary { display: none; } }
`
