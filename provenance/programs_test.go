package provenance

import (
	"slices"
	"strings"
	"testing"
)

// argv is a command line of these tests: a blank within an argument is written ␣.
func argv(line string) []string {
	args := strings.Split(line, " ")
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "␣", " ")
	}
	return args
}

// checkArgs redacts a command line, and then once more.
func checkArgs(t *testing.T, line, want string) {
	t.Helper()
	got := RedactArgs(argv(line))
	if !slices.Equal(got, argv(want)) {
		t.Errorf("%s\n got %q\nwant %q", line, got, argv(want))
	}
	if again := RedactArgs(got); !slices.Equal(again, got) {
		t.Errorf("redacting %q again gives %q", got, again)
	}
}

// Passwords that only the manual of a program tells. XYZ stands for the secret.
func TestPasswordsOfPrograms(t *testing.T) {
	for _, line := range []string{
		"mysql -u root -pXYZ shop", "mysql -uroot -pXYZ -h db -P 3306", "/usr/bin/mysqldump -pXYZ --all-databases", "mariadb-dump -pXYZ shop", "mysqladmin.exe -pXYZ ping",
		"mysql -u root --password=XYZ shop",
		"mongosh -u admin -p XYZ --authenticationDatabase admin", "mongodump -h db:27017 -u a -pXYZ -o out", "mongo localhost/shop -u a -p XYZ",
		"sshpass -p XYZ ssh -p 2222 me@host", "sshpass -pXYZ scp -P 2222 a host:", "sshpass -v -p XYZ rsync -a a/ host:b/",
		"redis-cli -h db -p 6379 -a XYZ ping", "redis-benchmark -p 6379 -a XYZ -n 10", "valkey-cli -a XYZ",
		"curl -u me:XYZ https://h/", "curl -ume:XYZ https://h/", "curl -sSLu me:XYZ https://h/", "curl --user me:XYZ https://h/", "curl --user=me:XYZ https://h/", "curl -U me:XYZ -x proxy:3128 https://h/", "curl --proxy-user me:XYZ https://h/", "curl -u :XYZ https://h/",
		"http -a me:XYZ GET https://h/", "ab -n 10 -A me:XYZ http://h/", "etcdctl --user root:XYZ get a", "etcdctl --user=root:XYZ get a", "lftp -u me,XYZ sftp://h",
		"smbclient //h/share -U me%XYZ", "smbclient -Ume%XYZ //h/share", "rpcclient --user=me%XYZ h",
		"ldapsearch -x -D cn=admin,dc=x -w XYZ -b dc=x", "ldapsearch -xw XYZ -b dc=x", "ldapadd -x -wXYZ -f a.ldif", "ldapmodify -p 389 -w XYZ -h h", "ldappasswd -x -w XYZ -s XYZ uid=me", "ldapsearch -LLL -xwXYZ",
		"htpasswd -b .htpasswd me XYZ", "htpasswd -cb .htpasswd me XYZ", "htpasswd -nbB me XYZ", "htpasswd -b -B -C 10 .htpasswd me XYZ", "htdbm -bc users me XYZ",
		"zip -P XYZ a.zip a", "zip -rP XYZ a.zip a", "unzip -P XYZ a.zip", "unzip -oP XYZ a.zip", "7z x -pXYZ a.7z", "7za a -pXYZ -mhe a.7z a", "unrar x -pXYZ a.rar", "rar a -hpXYZ a.rar a",
		"ssh-keygen -t ed25519 -N XYZ -f key", "ssh-keygen -p -P XYZ -N XYZ -f key", "ssh-keygen -qN XYZ -f key",
		"docker login -u me -p XYZ registry:5000", "podman login -p XYZ quay.example", "docker --config c login -pXYZ", "oc login -u me -p XYZ https://h:6443", "az login -u me -p XYZ",
		"sqlcmd -S h -U sa -P XYZ -Q q", "sqlcmd -PXYZ", "bcp t out f -S h -U sa -P XYZ", "tsql -H h -p 1433 -U sa -P XYZ", "mosquitto_pub -h h -p 1883 -u me -P XYZ -t a -m b", "ipmitool -H h -U ADMIN -P XYZ power status",
		"snmpwalk -v3 -l authPriv -u me -a SHA -A XYZ -x AES -X XYZ h", "plink -pw XYZ me@h", "pscp -P 22 -pw XYZ a h:", "useradd -m -p XYZ me", "usermod -p XYZ me",
		"cqlsh h 9042 -u c -p XYZ", "beeline -u jdbc:hive2://h -n me -p XYZ", "cypher-shell -u neo4j -p XYZ",
		"sqlplus scott/XYZ@orcl", "sqlplus -S scott/XYZ@//h:1521/svc @report.sql", "sqlplus scott/XYZ", "sqlldr scott/XYZ control=a.ctl",
		// Started by another program, or by a shell.
		"sudo mysql -pXYZ", "sudo -E mysql -pXYZ", "sudo -u postgres mysqldump -pXYZ a", "env -i PATH=/bin mysql -pXYZ", "nice -n 5 mysqldump -pXYZ a", "timeout 60 curl -u me:XYZ https://h/",
		"docker exec -i db mysql -uroot -pXYZ", "docker exec -it mysql mysql -pXYZ", "kubectl exec pod -- mysql -pXYZ", "kubectl exec deploy/mysql -- mysql -pXYZ", "ssh host mysqldump -pXYZ shop", "runshelf exec -- redis-cli -a XYZ",
		"sshpass -p XYZ mysql -pXYZ -P 3306", "time -v zip -P XYZ a.zip a", "docker compose exec db mongosh -u a -p XYZ",
		"sh -c mysql␣-uroot␣-pXYZ␣shop", "bash -lc cd␣/srv␣&&␣mysqldump␣-pXYZ␣shop␣|␣gzip␣>a.gz", "ssh host mysql␣-pXYZ␣-e␣'select␣1'", "sh -c A=1␣curl␣-u␣me:XYZ␣https://h/;␣true", "sh -c (sudo␣redis-cli␣-a␣XYZ␣ping)", "watch redis-cli␣-a␣XYZ␣info",
	} {
		checkArgs(t, line, strings.ReplaceAll(line, "XYZ", Redacted))
	}
	for line, want := range map[string]string{
		"sh -c mysql␣-p'a␣b'␣shop":          "sh -c mysql␣-p[redacted]␣shop",
		`sh -c curl␣-u␣"me:a␣b"␣https://h/`: "sh -c curl␣-u␣me:[redacted]␣https://h/",
		`sh -c zip␣-P␣a\␣b␣x.zip␣x`:         "sh -c zip␣-P␣[redacted]␣x.zip␣x",
		"sshpass -p --a ssh h":              "sshpass -p [redacted] ssh h",
		`sh -c curl␣-u␣"a␣b:c"␣https://h/`:  "sh -c curl␣-u␣'a␣b:[redacted]'␣https://h/",
		`sh -c curl␣-u␣"it's:c"␣https://h/`: "sh -c curl␣-u␣[redacted]␣https://h/",
		"mysql -uroot -p12345 shop":         "mysql -uroot -p[redacted] shop",
		"sshpass -p 2222 ssh -p 2222 h":     "sshpass -p [redacted] ssh -p 2222 h",
		"curl -u 1:2 https://h/":            "curl -u 1:[redacted] https://h/",
	} {
		checkArgs(t, line, want)
	}
}

// Typical command lines without a secret: nothing of them is hidden.
func TestTypicalCommandLinesStay(t *testing.T) {
	lines := []string{
		// A port, a path, a project, a pattern: what -p means most often.
		"ssh -p 2222 me@host", "ssh -p2222 host uptime", "scp -P 2222 -p a host:b", "rsync -avzp -e ssh␣-p␣2222 a/ host:b/", "sftp -P 22 host", "mosh -p 60001 host",
		"docker run -p 8080:80 nginx", "docker run -p8080:80 -d nginx", "docker run --name mysql -p 3306:3306 -d mysql:8", "docker run -d --name mongo -p 27017:27017 mongo", "docker run -p 127.0.0.1:6379:6379/tcp redis", "podman run -u 1000:1000 -p 53:53/udp dns", "docker run --name curl -u 1000:1000 curlimages/curl",
		"docker compose -p shop up -d", "docker build -t app:1 .", "docker exec -it mysql bash", "docker ps -a", "docker login registry.example", "docker login -u me --password-stdin",
		"kubectl port-forward svc/mysql 3306:3306", "kubectl logs -p pod", "kubectl get pods -A", "kubectl -n kube-system get events", "helm upgrade -i app ./chart -f values.yaml", "minikube start -p test",
		"psql -h db -p 5432 -U me -d shop", "psql -W shop", "psql -p5433 -c select␣1", "pg_dump -W -p 5432 shop", "pg_restore -j 4 -d shop dump", "createdb -p 5432 shop", "pgbench -p 5432 -c 10 -T 60 shop",
		"mysql -u root -p", "mysql -u root -p shop", "mysql -u root -p -h db shop", "mysql -P 3306 -h db", "mysqldump -u root -p shop orders", "mysql --port=3306 --protocol=tcp", "sh -c mysql␣-p$MYSQL_PWD␣shop", "sh -c mysql␣-p\"$PW\"␣shop",
		"mongosh --port 27017", "mongosh -u admin -p", "mongosh -u admin -p --authenticationDatabase admin", "mongodump --db shop -o dump", "redis-cli -p 6379 ping", "redis-server --port 6379", "redis-cli -n 1 keys *",
		"curl -s https://h/", "curl -u me https://h/", "curl -u : --negotiate https://h/", "curl -fsSL -o a.tgz https://h/a.tgz", "curl -X POST -d a=1 https://h/", "curl -H Accept:␣text/plain https://h/", "curl -b jar.txt -c jar.txt https://h/", "curl --proxy http://p:3128 https://h/",
		"wget -p -k https://h/", "wget -O- https://h/", "http GET https://h/ a==1", "ab -n 100 -c 10 -p body.json http://h/", "wrk -t2 -c100 -d30s http://h/", "nc -l -p 8080", "nmap -p 1-1024 -A host", "nmap -p- host",
		"ldapsearch -x -H ldap://h -b dc=x (uid=me)", "ldapsearch -W -D cn=admin", "htpasswd -c .htpasswd me", "htpasswd -n me", "zip -r a.zip a", "unzip -p a.zip a.txt", "unzip a.zip -d out", "7z x a.7z -oout", "7z a -p a.7z a", "unrar x -p- a.rar", "tar -xzpf a.tgz", "cp -rp a b", "mkdir -p a/b", "install -p a b",
		"ssh-keygen -t ed25519 -f key", "ssh-keygen -y -f key", "ssh-keygen -p -f key", "ssh-add -l", "ssh -L 5432:db:5432 -N host",
		"sqlcmd -S h -E -Q q", "sqlplus / as sysdba", "sqlplus /nolog @dir/a.sql", "sqlplus scott@//h:1521/svc", "sqlplus -S -L scott@orcl @a/b.sql", "mosquitto_sub -p 1883 -t a/#", "snmpwalk -v2c -c public h", "useradd -m -s /bin/bash me", "smbclient -L h -U me", "lftp -u me sftp://h", "plink -P 22 me@h",
		"python -m http.server 8000", "python train.py -p 0.5 --epochs 10", "python -c import␣zip", "uvicorn app:app --port 8000", "flask run -p 5000", "gunicorn -w 4 -b :8000 app:app", "jupyter lab --port 8888 --no-browser", "pytest -p no:cacheprovider -k slow", "pip install -U pip",
		"node -p process.version", "npm run build -- -p", "npx serve -p 3000", "tsc -p tsconfig.json", "next dev -p 3000", "go test -p 4 ./...", "go build -p 2 ./cmd/x", "cargo test -p mycrate", "cargo run -p app -- --port 80", "make -j8 all", "cmake --build build -j 4", "ninja -C out", "bazel test //a:b",
		"java -Xmx4g -jar app.jar -p 8080", "mvn -P release package", "gradle -p app build", "git log -p -3", "git add -p", "git clone -p ssh://git@h:2222/a.git", "grep -P \\d+ a", "grep -rn curl .", "find . -name zip -print", "find . -name mysql -print", "ps -p 1234 -o pid", "kill -9 1234", "perf record -p 1234 -g", "strace -p 1234 -f", "gdb -p 1234", "lsof -p 1234", "top -p 1234", "iostat -p sda",
		"sudo -p prompt ls", "sudo -u www-data php artisan", "env -u HOME ls", "nice -n 10 make", "taskset -c 0-3 ./sim", "mpirun -np 4 ./sim -p params.txt", "srun -p gpu -N 2 -n 8 ./sim", "sbatch -p short job.sh", "qsub -P project job.sh", "lmp -in lj.in -p 2x1", "gmx mdrun -s topol.tpr -nt 8", "gmx grompp -p topol.top -f md.mdp", "ffmpeg -i a.mp4 -b:v 2M b.mp4", "convert a.png -resize 50% b.png",
		"./sim --seed 7 --agents 100 -p 8080", "./sim -p a/b/c", "./sim -pfast", "./sim -a b -u c:d -w e -P f -U g%h", "apt-get install -y curl zip mysql-client", "systemctl restart mysql", "service mysql restart", "journalctl -u mysql -p err", "iptables -A INPUT -p tcp --dport 22", "ip -4 addr", "tcpdump -i eth0 -p port␣80", "openssl s_client -connect h:443", "rabbitmqctl list_queues -p /", "consul agent -dev", "vault server -dev", "terraform plan -var region=eu", "ansible-playbook -i hosts site.yml -u root", "aws s3 ls --profile dev", "gcloud compute ssh vm --zone a", "sh -c echo␣hi␣|␣tee␣a", "bash -c for␣i␣in␣1␣2;␣do␣echo␣$i;␣done", "echo the␣zip␣-p␣flag",
	}
	if len(lines) < 100 {
		t.Fatalf("%d command lines", len(lines))
	}
	for _, line := range lines {
		checkArgs(t, line, line)
	}
}

// Text that is built to be gone over again and again is gone over once.
func TestLongCommandLines(t *testing.T) {
	for _, unit := range []string{"mysql ", "docker ", "docker -a ", "sshpass ", "sshpass -p ", "curl -u a:b ", ";", "'", "\\", "zip -P ", "sudo ", "$(", "a/", "-- ", "mysql -p'a"} {
		text := strings.Repeat(unit, 1<<17/len(unit))
		for _, args := range [][]string{{"sh", "-c", text}, strings.Fields(text)} {
			if got := RedactArgs(args); !slices.Equal(RedactArgs(got), got) {
				t.Errorf("%q again and again: not the same when redacted once more", unit)
			}
		}
	}
}
