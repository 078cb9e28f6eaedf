package capture

import (
	"encoding/json"
	"fmt"
	"strings"

	"example.org/runshelf/event"
)

// ParseParams reads parameters given as "key=value". A value that is a JSON
// number, true or false is kept as such, digit for digit, and any other is text.
// Of equal keys the last counts.
func ParseParams(words []string) (event.Object, error) {
	var params event.Object
	for _, word := range words {
		key, text, ok := strings.Cut(word, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("parameter %q is not of the form key=value", word)
		}
		params = setMember(params, key, paramValue(text))
	}
	return params, nil
}

func setMember(object event.Object, key string, value any) event.Object {
	for i := range object {
		if object[i].Key == key {
			object[i].Value = value
			return object
		}
	}
	return append(object, event.Member{Key: key, Value: value})
}

func paramValue(text string) any {
	value, err := event.DecodeValue([]byte(text))
	if err != nil || strings.TrimSpace(text) != text {
		return text
	}
	switch value.(type) {
	case bool, json.Number:
		return value
	}
	return text
}
