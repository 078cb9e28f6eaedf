package compare

import (
	"slices"
	"strings"
	"testing"
)

// TestKinds marks in each text what its parts must be.
func TestKinds(t *testing.T) {
	tests := []struct {
		kind string
		text string // parts in «»
	}{
		{"time", "at «2026-11-27 16:22:34,766» INFO"},
		{"time", "«2026-11-27T16:22:34.766123Z» x «2026-11-27T16:22:34+01:00» «2026-11-27T16:22:34-0800»"},
		{"time", "[«16:22:34»] «6:22:34.5», on «2026/11/27» and «2026-01-01»"},
		{"time", "«Nov 27 16:22:34» host «Nov  7 06:22:34» «Fri Nov 27 16:22:34 2026»"},
		{"time", `1.2.3.4 - - [«27/Nov/2026:16:22:34 +0000»] "GET / HTTP/1.1"`},
		{"time", "«16:22:34 UTC» «2026-11-27 16:22:34 GMT»."},
		{"time", "16:22 1:2:3 2026-11 2026-1-27 2026-11/27 x2026-11-27 2026-11-27x 12:34:56x Novel 27 99:11"},
		{"time", "Mon Tue 5 Nov Nov x JanFeb anFeb 1 10:10:1"},
		{"duration", "took «0.503 ms», «12s» «3 seconds» «1.5e-3 s» («+7µs») «250ns»"},
		{"duration", "«1h2m3.5s» «2m3s» «1d2h»"},
		{"duration", "5m 3 m 7 MB/s 12.3 s/it 4sx s5 5 stars 2h 1m3x"},
		{"duration", "waited «-5 ms» and 3-«5 ms»"},
		{"address", "<object at «0x7f58e52c4770»> «0XC0000123ab»"},
		{"address", "0x1f 0x12345 0x123456789abcdef01 0x7f58e52c477g 00x7f58e52c4770"},
		{"uuid", "run «123e4567-e89b-12d3-a456-426614174000»."},
		{"uuid", "123e4567-e89b-12d3-a456-42661417400 123e4567-e89b-12d3-a456-4266141740001 123e4567ae89b-12d3-a456-426614174000"},
		{"temp", "wrote «/tmp/tmpab12»/out.csv and «/var/tmp/x.y-z». Also '«/dev/shm/a_b»'"},
		{"temp", "/tmp /tmp/ /home/tmp/x a/tmp/x ./tmp/x"},
		{"number", "step «12»: «-0.5» of «1.5e-3», agent_x «agent_07» loss→«5» «3»-«4»"},
		{"number", "«1.2.3» x-«1» («+5») nan é«5»"},
	}
	for _, tt := range tests {
		want := strings.ReplaceAll(tt.text, "«»", "")
		kinds, err := kindsOf(tt.kind)
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer("«", "", "»", "").Replace(want)
		var got strings.Builder
		at := 0
		for _, p := range appendKinds(nil, plain, kinds) {
			got.WriteString(plain[at:p.start] + "«" + plain[p.start:p.end] + "»")
			at = p.end
		}
		if got.WriteString(plain[at:]); got.String() != want {
			t.Errorf("%s:\n got %s\nwant %s", tt.kind, got.String(), want)
		}
	}
}

func TestKindNames(t *testing.T) {
	set, err := kindsOf("time+address")
	if err != nil || !slices.Equal(set.names(), []string{"address", "time"}) {
		t.Errorf("%v, %v", set.names(), err)
	}
	for _, list := range []string{"", "time+", "times", "time,address"} {
		if _, err := kindsOf(list); err == nil {
			t.Errorf("%q was accepted", list)
		}
	}
}

// FuzzKinds shows that parts lie in the text in order, that they never cut a
// character, and that taking them out leaves the same of a text whose parts have
// been exchanged for others of their kinds.
func FuzzKinds(f *testing.F) {
	f.Add("2026-11-27 16:22:34,766 step 3 took 0.5 ms at 0x7f58e52c4770 in /tmp/x1/y, 123e4567-e89b-12d3-a456-426614174000")
	f.Add("Fri Nov 27 16:22:34 2026 1h2m3s é5µs -5e-3 +1")
	others := [kindCount]string{"2001-01-01", "9 ms", "0xabcdef0123", "00000000-1111-2222-3333-444444444444", "/tmp/other", "7"}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, asideByte) {
			return
		}
		var exchanged strings.Builder
		at := 0
		for _, p := range cutText(text, telling) {
			if p.text == "" || text[at:at+len(p.text)] != p.text {
				t.Fatalf("%q is not at %d of %q", p.text, at, text)
			}
			at += len(p.text)
			if p.literal {
				exchanged.WriteString(p.text)
			} else {
				exchanged.WriteString(others[p.kind])
			}
		}
		if at != len(text) {
			t.Fatalf("%d bytes of %q", at, text)
		}
		for _, p := range appendKinds(nil, text, telling.with(kindNumber)) {
			if strings.ToValidUTF8(text, "?") == text && strings.ToValidUTF8(text[p.start:p.end], "?") != text[p.start:p.end] {
				t.Fatalf("cuts a character: %q of %q", text[p.start:p.end], text)
			}
		}
		rule := textRule{kinds: telling}
		if a, b := masked(text, rule.parts(nil, text)), masked(exchanged.String(), rule.parts(nil, exchanged.String())); a != b && kindsOfText(exchanged.String()) == kindsOfText(text) {
			t.Fatalf("%q and %q leave %q and %q", text, exchanged.String(), a, b)
		}
	})
}

// kindsOfText is the kinds of the parts of a text, in order: a part in another
// place can make one of what stands beside it.
func kindsOfText(text string) (kinds string) {
	for _, p := range cutText(text, telling) {
		if !p.literal {
			kinds += string(rune('a' + p.kind))
		} else {
			kinds += "-"
		}
	}
	return kinds
}
