package cli

// bashAlone stands in front of the script for bash, which takes some functions from the
// package bash-completion. Where that is not installed, these do as much of the same as
// the script asks for; without them every TAB would end in an error.
const bashAlone = `# Stand-ins for functions of the package bash-completion, where it is missing.
if ! declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
    # The words of the line as blanks part them: bash parts them at : and = too.
    _get_comp_words_by_ref()
    {
        local line=${COMP_LINE} i
        words=() cword=0
        for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
            if [[ ${i} -eq 0 || ${line} == [[:blank:]]* || -z ${line} ]]; then
                words+=("")
                line=${line#"${line%%[![:blank:]]*}"}
            fi
            words[${#words[@]}-1]+=${COMP_WORDS[i]}
            line=${line#"${COMP_WORDS[i]}"}
            if [[ ${i} -le ${COMP_CWORD} ]]; then
                cword=$((${#words[@]} - 1))
            fi
        done
        cur=${words[cword]}
        prev=${words[cword > 0 ? cword - 1 : 0]}
    }
fi
if ! declare -F _filedir >/dev/null 2>&1; then
    # Files, or with -d directories.
    _filedir()
    {
        local kind=-f name
        [[ ${1-} == -d ]] && kind=-d
        while IFS= read -r name; do
            COMPREPLY+=("${name}")
        done < <(compgen "${kind}" -- "${cur}")
    }
fi

`
