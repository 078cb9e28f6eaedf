package provenance

import "strings"

// manual is what the manual of a program says of the places in its command line where a
// password stands that has no name to tell it by.
type manual struct {
	// options are the one-letter options whose value is the secret: -p SECRET, -pSECRET.
	options string
	// flags are the one-letter options without a value, which may stand before one of
	// the options in one word: -xw SECRET.
	flags string
	// long are further options that are written out whole: -pw SECRET, --user=SECRET.
	long []string
	// glued says that only -pSECRET holds one: after -p the program asks for it, and the
	// next word is something else.
	glued bool
	// asks says that the program asks for the secret when an option follows.
	asks bool
	// after is the byte in a value behind which the secret begins, as in user:SECRET;
	// a value without it holds none. 0 means all of the value.
	after byte
	// below is the command of the program that has the options, such as login.
	below string
	// wraps says that the first argument that is no option is another program.
	wraps bool
	// lastWith is the flag with which the last argument is the secret.
	lastWith byte
	// logon says that the first argument is user/SECRET@database.
	logon bool
}

// manualOf returns the manual of a program that is known to be given passwords like that,
// or nil. What it says stands in the manual of the program itself: mysql(1) and mariadb(1),
// "Command Options for Connecting to the Server"; the MongoDB Database Tools, --password;
// redis-cli(1); curl(1), -u and -U; ldapsearch(1), -w; htpasswd(1), -b; zip(1) and
// unzip(1), -P; the switches -p of 7z and -hp of rar; ssh-keygen(1), -N and -P; docker
// login; sqlcmd and bcp, -P; mosquitto_pub(1), -P; snmpcmd(1), -A and -X; smbclient(1),
// -U; cqlsh, etcdctl, beeline, cypher-shell; sqlplus, "Logon"; PuTTY's -pw; useradd(8).
//
// Programs that only ask for a password, as psql with -W does, are not among them, nor
// is an option that names a port, as most -p do.
func manualOf(program string) *manual {
	switch program {
	case "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlshow", "mysqlcheck", "mysqlslap", "mysqlbinlog", "mysqlpump", "mysqlsh", "mysql_upgrade",
		"mariadb", "mariadb-dump", "mariadb-admin", "mariadb-import", "mariadb-show", "mariadb-check", "mariadb-slap", "mariadb-binlog", "mariadb-upgrade", "mycli":
		return &manual{options: "p", glued: true}
	case "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "mongostat", "mongotop", "mongofiles", "beeline":
		return &manual{options: "p", asks: true}
	case "cqlsh", "cypher-shell":
		return &manual{options: "p"}
	case "sshpass":
		return &manual{options: "p", flags: "vV", wraps: true}
	case "redis-cli", "redis-benchmark", "valkey-cli", "valkey-benchmark":
		return &manual{options: "a"}
	case "curl":
		return &manual{options: "uU", flags: "0123469aBfgGiIjJklLMnNOpqRsSvVZ#", long: []string{"--user", "--proxy-user"}, after: ':'}
	case "http", "https", "xh":
		return &manual{options: "a", flags: "fjvhbd", after: ':'}
	case "ab":
		return &manual{options: "AP", flags: "dhiklqrSvVw", after: ':'}
	case "etcdctl":
		return &manual{long: []string{"--user"}, after: ':'}
	case "lftp":
		return &manual{options: "u", after: ','}
	case "smbclient", "rpcclient", "smbget", "smbcacls", "smbcquotas":
		return &manual{options: "U", long: []string{"--user"}, after: '%'}
	case "ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapmodrdn", "ldapcompare", "ldapwhoami", "ldapexop":
		return &manual{options: "w", flags: "xvnLZIMQNCcuFr"}
	case "ldappasswd":
		return &manual{options: "was", flags: "xvnZIQN"}
	case "htpasswd", "htdbm":
		return &manual{lastWith: 'b'}
	case "zip", "zipcloak", "zipnote":
		return &manual{options: "P", flags: "rRqjmyeuf0123456789v"}
	case "unzip":
		return &manual{options: "P", flags: "oqnjlvtpaCuf"}
	case "7z", "7za", "7zr", "7zz":
		return &manual{options: "p", glued: true}
	case "rar", "unrar":
		return &manual{options: "p", flags: "h", glued: true}
	case "ssh-keygen":
		return &manual{options: "NP", flags: "qpyc"}
	case "docker", "podman", "nerdctl", "buildah", "skopeo", "oc", "az", "cf":
		return &manual{options: "p", below: "login"}
	case "sqlcmd", "bcp", "tsql", "mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "ipmitool":
		return &manual{options: "P"}
	case "snmpget", "snmpgetnext", "snmpset", "snmpwalk", "snmpbulkget", "snmpbulkwalk", "snmptable", "snmptrap", "snmpinform", "snmpstatus", "snmptest":
		return &manual{options: "AX"}
	case "plink", "pscp", "psftp", "putty", "kitty":
		return &manual{long: []string{"-pw"}}
	case "useradd", "usermod", "adduser":
		return &manual{options: "p", flags: "mMNrUoal"}
	case "sqlplus", "sqlldr", "expdp", "impdp":
		return &manual{logon: true}
	}
	return nil
}

// hideByProgram returns the words of a command line in which what a known program takes
// for a password is hidden. typed says that a shell is going to read the words, so that
// $NAME is no secret but the name of one.
func hideByProgram(words []string, typed bool) []string {
	c := commandLine{words: append([]string(nil), words...), typed: typed}
	for i := 0; i < len(words); i++ {
		if c.found == nil {
			c.begin(i)
			continue
		}
		i += c.look(i)
	}
	if m := c.found; m != nil && m.lastWith != 0 && c.last {
		c.hide(len(words)-1, 0)
	}
	return c.words
}

// commandLine is a command line that is gone through.
type commandLine struct {
	words []string
	typed bool
	// found is the manual of the program whose arguments are looked at.
	found *manual
	// sure says that the program is the first word, and so is what it seems to be.
	sure bool
	last bool // the flag lastWith was there
}

// begin looks whether word i is a program that is known.
func (c *commandLine) begin(i int) {
	word := c.words[i]
	m := manualOf(strings.TrimSuffix(strings.ToLower(word[strings.LastIndexAny(word, `/\`)+1:]), ".exe"))
	if m == nil || !c.mayBeProgram(i) || m.below != "" && !c.has(i+1, m.below) {
		return
	}
	c.found, c.sure = m, i == 0
}

// mayBeProgram reports whether word i can be what is started, and not the value of an
// option: `docker run --name mysql`, `find -name zip`.
func (c *commandLine) mayBeProgram(i int) bool {
	if i == 0 || c.words[i-1] == "--" || !strings.HasPrefix(c.words[i-1], "-") {
		return true
	}
	switch first := c.words[0]; first[strings.LastIndexByte(first, '/')+1:] {
	case "sudo", "doas", "env", "nohup", "time", "exec", "xargs", "setsid", "command":
		return true
	}
	return false
}

// has reports whether one of the two words from i on that are no options is the command.
func (c *commandLine) has(i int, command string) bool {
	for seen := 0; i < len(c.words) && seen < 2; i++ {
		if c.words[i] == command {
			return true
		}
		if !strings.HasPrefix(c.words[i], "-") {
			seen++
		}
	}
	return false
}

// look looks at argument i of the program, and returns how many words behind it belong
// to it.
func (c *commandLine) look(i int) int {
	m, word := c.found, c.words[i]
	for _, long := range m.long {
		if word == long {
			return c.hideNext(i)
		}
		if strings.HasPrefix(long, "--") && strings.HasPrefix(word, long+"=") {
			c.hide(i, len(long)+1)
			return 0
		}
	}
	if len(word) > 1 && word[0] == '-' && word[1] != '-' {
		return c.lookAtLetters(i)
	}
	switch {
	case strings.HasPrefix(word, "-"):
	case m.logon:
		c.hideLogon(i)
		c.found = nil
	case m.wraps:
		c.found = nil
		c.begin(i)
	}
	return 0
}

// lookAtLetters looks at word i, which is one dash and one-letter options.
func (c *commandLine) lookAtLetters(i int) int {
	m, word := c.found, c.words[i]
	c.last = c.last || m.lastWith != 0 && strings.IndexByte(word, m.lastWith) > 0
	for at := 1; at < len(word); at++ {
		if strings.IndexByte(m.options, word[at]) >= 0 {
			if at++; at < len(word) {
				c.hide(i, at)
				return 0
			}
			if m.glued {
				return 0
			}
			return c.hideNext(i)
		}
		if strings.IndexByte(m.flags, word[at]) < 0 {
			return 0
		}
	}
	return 0
}

// hideNext hides the value that is the word behind i.
func (c *commandLine) hideNext(i int) int {
	if i+1 == len(c.words) || c.found.asks && strings.HasPrefix(c.words[i+1], "-") {
		return 0
	}
	c.hide(i+1, 0)
	return 1
}

// hide hides the secret in word i, whose value begins at from.
func (c *commandLine) hide(i, from int) {
	value := c.words[i][from:]
	if after := c.found.after; after != 0 {
		at := strings.IndexByte(value, after) + 1
		if at == 0 {
			return
		}
		from, value = from+at, value[at:]
		if !c.sure && portLike(c.words[i][from-at:]) {
			return
		}
	}
	switch {
	case value == "", value == "-", c.typed && value[0] == '$', !c.sure && portLike(value):
		return
	}
	c.words[i] = c.words[i][:from] + Redacted
}

// hideLogon hides the secret of user/SECRET@database. "/" and "/nolog" have none.
func (c *commandLine) hideLogon(i int) {
	word := c.words[i]
	end := strings.IndexByte(word, '@')
	if end < 0 {
		end = len(word)
	}
	if at := strings.IndexByte(word[:end], '/') + 1; at > 1 && at < end {
		c.words[i] = word[:at] + Redacted + word[end:]
	}
}

// portLike reports whether a value looks like ports, addresses or ids, as other
// programs take them by the same options: 8080, 127.0.0.1:8080:80/tcp, 1000:1000.
func portLike(value string) bool {
	value = strings.TrimSuffix(strings.TrimSuffix(value, "/tcp"), "/udp")
	return skipWhile(value, 0, func(c byte) bool { return isDigit(c) || c == ':' || c == '.' || c == '-' }) == len(value)
}

// hideTyped hides what hideByProgram does in a text that a shell is to read as one or
// more command lines.
func hideTyped(text string) string {
	if !strings.ContainsAny(text, " \t") {
		return text
	}
	e := edit{text: text}
	var line []typedWord
	end := func() {
		words := make([]string, len(line))
		for i, w := range line {
			words[i] = w.text
		}
		for i, word := range hideByProgram(words, true) {
			if w := line[i]; word != w.text {
				e.replace(w.from, w.to, shellWord(word))
			}
		}
		line = line[:0]
	}
	for at := 0; at < len(text); {
		switch c := text[at]; {
		case c == '\n' || strings.IndexByte(";|&()", c) >= 0:
			end()
			at++
		case isSpace(c):
			at++
		default:
			w := wordAt(text, at)
			at = w.to
			if name, _, ok := strings.Cut(w.text, "="); len(line) > 0 || !ok || !isName(name) {
				line = append(line, w) // not NAME=value in front of a command
			}
		}
	}
	end()
	return e.result()
}

// shellWord is a word as a shell has to be given it. One that would need more than quotes
// around it is hidden whole.
func shellWord(word string) string {
	switch {
	case !strings.ContainsAny(word, " \t\r\n\v\f;|&()'\"\\"):
		return word
	case strings.Contains(word, "'"):
		return Redacted
	}
	return "'" + word + "'"
}

// typedWord is a word of a command line: as it is meant, and where it stands.
type typedWord struct {
	text     string
	from, to int
}

// wordAt returns the word that begins at a place, without its quotes.
func wordAt(text string, at int) typedWord {
	w := typedWord{from: at}
	var meant strings.Builder
	quote := byte(0)
	for ; at < len(text); at++ {
		c := text[at]
		switch {
		case quote == 0 && (isSpace(c) || strings.IndexByte(";|&()", c) >= 0):
			w.text, w.to = meant.String(), at
			return w
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
			continue
		case c == quote:
			quote = 0
			continue
		case c == '\\' && quote != '\'' && at+1 < len(text):
			at++
		}
		meant.WriteByte(text[at])
	}
	w.text, w.to = meant.String(), at
	return w
}
