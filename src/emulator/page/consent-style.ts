/** Everything the page needs: it loads nothing from anywhere. */
export const consentStyle = `
:root {
  --ground: #f3f4f8; --card: #fff; --text: #1b1e27; --quiet: #565d6e; --line: #cdd2de;
  --action: #2f4bc2; --on-action: #fff; --warn: #fff2c7; --on-warn: #4f3b00; --bad: #a61b29;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161b; --card: #1e2129; --text: #e9ebf1; --quiet: #a6adbd; --line: #3d4352;
    --action: #a3b5ff; --on-action: #10142a; --warn: #3b3113; --on-warn: #ffe9a3; --bad: #ff9d9d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
.emulator { margin: 0; padding: .75rem 1rem; background: var(--warn); color: var(--on-warn); text-align: center; font-weight: 600; }
main { max-width: 27rem; margin: 1.5rem auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
.accounts { padding: 0; list-style: none; display: grid; gap: .5rem; }
.accounts button { text-align: left; overflow-wrap: anywhere; }
.accounts span { display: block; color: var(--quiet); font-size: .875rem; }
label { display: block; margin: .75rem 0 .25rem; }
input { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: .5rem; }
button { width: 100%; min-height: 2.75rem; padding: .5rem .8rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--quiet); border-radius: .5rem; cursor: pointer; }
button.primary { margin-top: 1rem; background: var(--action); border-color: var(--action); color: var(--on-action); font-weight: 600; }
.decision { display: grid; gap: .6rem; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
a { color: var(--action); }
code { font-size: .875em; overflow-wrap: anywhere; }
.small { color: var(--quiet); font-size: .875rem; }
.problem { color: var(--bad); font-weight: 600; }
footer { display: flex; justify-content: center; gap: 1rem; padding: 0 1rem 2rem; font-size: .875rem; }
@media (max-width: 30rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0; padding: 1.25rem 1rem; } footer { padding-top: 1rem; } }
`
