/**
 * The completion of `program` in bash, from 3.2 of macOS on. Nothing of the line or of the answer is evaluated. The words of
 * bash are split at `=`, and have redirections among them.
 */
export function bashScript(program: string): string {
  return `# Completion of ${program} in bash.
_${program}_complete() {
  local current=\${COMP_WORDS[COMP_CWORD]} word line value last after= target=
  local -a words=()
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    last=$((\${#words[@]} - 1))
    if [[ -n $target ]]; then
      target=
    elif [[ $word == [\\<\\>]* || $word == [0-9\\&][\\<\\>]* ]]; then
      target=yes
    elif [[ $word == = && $last -ge 0 && \${words[last]-} == --* ]]; then
      words[last]+==
      after=yes
    elif [[ -n $after ]]; then
      words[last]+=$word
      after=
    else
      words+=("$word")
    fi
  done
  [[ -n $target || \${COMP_WORDS[COMP_CWORD - 1]} == *[\\<\\>] ]] && return
  [[ $current == = ]] && current=
  while IFS= read -r line; do
    case $line in
      :0) ;;
      :*) compopt +o default 2>/dev/null ;;
      *)
        value=\${line%%$'\\t'*}
        [[ $value == "$current"* ]] && COMPREPLY+=("$value")
        ;;
    esac
  done < <(${program} complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _${program}_complete ${program}
`
}
