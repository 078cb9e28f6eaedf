// Package config states every setting once and reads it from wherever it is
// given.
//
// A [Setting] has a name, a default, permitted values and one line of
// explanation. A [Registry] holds them all, and from it follow the YAML file, the
// environment variables, the flags, the JSON Schema and the reference page. None
// of them can fall behind the others.
//
// [Registry.Load] resolves the settings. From the strongest to the weakest
// source:
//
//  1. flags: one of their own, then key=value pairs
//  2. environment variables, RUNSHELF_<SECTION>_<KEY>
//  3. the file named on the command line, or else the runshelf.yaml found in the
//     current directory or the nearest directory above it
//  4. runshelf.yaml in the user's configuration directory
//  5. the default
//
// What is unknown, of a wrong type or out of range is refused, also where a
// stronger source would hide it. Such an [*Error] says where it stands and,
// for a slip, what was probably meant.
//
// The values of this package do not change once made, except where a method says
// so, and may be used from several goroutines.
package config
