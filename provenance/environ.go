package provenance

import (
	"os"
	"runtime"
	"slices"
	"strings"
)

// DefaultEnviron returns the names that [Environ] records when it is given
// none, as a fresh slice. They are the variables that commonly change the result
// or the speed of a computation. A name may end in "*", which stands for any
// rest.
func DefaultEnviron() []string {
	return []string{
		"LANG", "LANGUAGE", "LC_*", "TZ", "SHELL", "PATH", "LD_LIBRARY_PATH",
		"CI", "GITHUB_SHA", "GITHUB_REF", "GITHUB_RUN_ID", "GITHUB_WORKFLOW", "CI_COMMIT_SHA", "CI_JOB_ID",
		"GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG",
		"PYTHONHASHSEED", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_DEFAULT_ENV", "JULIA_NUM_THREADS", "NODE_ENV",
		"OMP_*", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
		"CUDA_VISIBLE_DEVICES", "CUBLAS_WORKSPACE_CONFIG", "NVIDIA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
		"RANK", "LOCAL_RANK", "WORLD_SIZE", "OMPI_COMM_WORLD_*", "PMI_RANK", "PMI_SIZE",
		"SLURM_*", "PBS_JOBID", "LSB_JOBID",
		"SOURCE_DATE_EPOCH",
	}
}

// Environ returns the environment variables of this process whose names are
// allowed, with secrets redacted: an allowed name that is a [SecretKey] is
// listed without its value. A nil list means [DefaultEnviron]; an empty one
// allows nothing. As the system itself does, Windows ignores the case of names.
func Environ(allow []string) map[string]string {
	if allow == nil {
		allow = DefaultEnviron()
	}
	found := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if name != "" && slices.ContainsFunc(allow, func(pattern string) bool { return allowed(pattern, name) }) {
			found[name] = RedactValue(name, value)
		}
	}
	return found
}

func allowed(pattern, name string) bool {
	if runtime.GOOS == "windows" {
		pattern, name = strings.ToUpper(pattern), strings.ToUpper(name)
	}
	if prefix, isGlob := strings.CutSuffix(pattern, "*"); isGlob {
		return strings.HasPrefix(name, prefix)
	}
	return name == pattern
}
