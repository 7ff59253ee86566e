/**
 * What a shell needs to complete the command lines of doimg: a function that asks doimg itself.
 *
 * @since 0.1.0
 */

/** The shells whose command lines can be completed. */
export const shells = ["bash", "zsh", "fish"] as const

const bash = `# completion of doimg for bash: source <(doimg completion bash)
_doimg() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ":files" ]; then
      compopt -o default 2>/dev/null
      return
    fi
    COMPREPLY+=("$line")
  done < <(doimg complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  case "\${COMPREPLY[0]-}" in *[=,]) compopt -o nospace 2>/dev/null ;; esac
}
complete -F _doimg doimg
`

const zsh = `#compdef doimg
# completion of doimg for zsh: source <(doimg completion zsh)
_doimg() {
  local -a values displays
  local line value
  for line in "\${(@f)$(doimg complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)IPREFIX}\${(Q)PREFIX}" 2>/dev/null)}"; do
    [[ -z $line ]] && continue
    if [[ $line == :files ]]; then
      _files
      return
    fi
    value=\${line%%$'\\t'*}
    values+=("$value")
    if [[ $line == *$'\\t'* ]]; then displays+=("$value  -- \${line#*$'\\t'}"); else displays+=("$value"); fi
  done
  compadd -l -d displays -a values
}
if [[ $funcstack[1] == _doimg ]]; then _doimg "$@"; else compdef _doimg doimg; fi
`

const fish = `# completion of doimg for fish: doimg completion fish | source
function __doimg_complete
  set -l tokens (commandline -opc) (commandline -ct)
  for line in (doimg complete fish -- $tokens[2..-1] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      printf '%s\\n' $line
    end
  end
end
complete -c doimg -f -a "(__doimg_complete)"
`

/** The script for each shell. */
export const scripts: Readonly<Record<(typeof shells)[number], string>> = { bash, zsh, fish }
