# Sourced by the scripts beside this file; does nothing by itself.

say() { printf '%s\n' "$*" >&2; }

# die CODE TEXT...: exit codes as in the program itself (2 usage, 6 something is missing on this machine).
die() { local code=$1; shift; say "${0##*/}: $*"; exit "$code"; }

# Where downloads are kept. Servers run as an unprivileged user and must be able to read them,
# and root's home is closed to others: so root keeps them under /var/cache.
cache_dir() {
    if [ -n "${TIDEMARK_CACHE:-}" ]; then printf '%s\n' "$TIDEMARK_CACHE"
    elif [ "$(id -u)" = 0 ]; then printf '%s\n' /var/cache/tidemark
    else printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/tidemark"
    fi
}

# Where this machine gets Debian's packages from: debian_mirror debian | debian_mirror debian-security.
# Taken from apt's own settings, so that a company's mirror is used where there is one.
debian_mirror() {
    local archive=$1 main found
    if [ -n "${DEBIAN_MIRROR:-}" ]; then printf '%s/%s\n' "${DEBIAN_MIRROR%/}" "$archive"; return; fi
    found=$(apt_sources | grep -E "/$archive/?\$" | head -n 1 || true)
    if [ -z "$found" ]; then
        main=$(apt_sources | grep -E '/debian/?$' | head -n 1 || true)
        [ -n "$main" ] || die 6 "apt on this machine knows no Debian archive; name one: DEBIAN_MIRROR=http://HOST $0 ..."
        main=${main%/}
        found=${main%/debian}/$archive
    fi
    printf '%s\n' "${found%/}"
}

apt_sources() {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed -n 's/^URIs:[[:space:]]*//p' | tr ' ' '\n'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        sed -nE 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+)[[:space:]].*/\2/p'
}

# Which Debian suite has PostgreSQL MAJOR; empty when none has.
suite_of() {
    case $1 in
        13) echo bullseye-security ;;
        15) echo bookworm-security ;;
        17) echo trixie-security ;;
        18) echo forky ;;
    esac
}

# suite_apt SUITE TOOL ARGS...: apt-get or apt-cache looking at one Debian suite as if nothing were installed,
# with all its state in the cache: the machine's own apt lists and packages stay as they are.
suite_apt() {
    local suite=$1 tool=$2 state
    shift 2
    state=$(cache_dir)/apt/$suite
    "$tool" -q \
        -oDir::Etc::sourcelist="$state/sources.list" -oDir::Etc::sourceparts=/dev/null -oDir::Etc::preferencesparts=/dev/null \
        -oDir::State::Lists="$state/lists" -oDir::State::status="$state/status" -oDir::Cache::archives="$state/archives" \
        -oDir::Cache::pkgcache="$state/packages.bin" -oDir::Cache::srcpkgcache="$state/sources.bin" \
        -oAcquire::Check-Valid-Until=false -oAcquire::Languages=none \
        -oAPT::Sandbox::User="$(id -un)" -oDebug::NoLocking=1 "$@"
}

# suite_update SUITE: fetches the suite's lists, with source packages when its name is followed by "sources".
suite_update() {
    local suite=$1 kinds=deb state keyring=/usr/share/keyrings/debian-archive-keyring.gpg kind
    [ "${2:-}" != sources ] || kinds='deb deb-src'
    command -v apt-get >/dev/null || die 6 "apt-get is needed to fetch Debian's packages"
    [ -e "$keyring" ] || die 6 "$keyring is missing: install debian-archive-keyring"
    state=$(cache_dir)/apt/$suite
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    : > "$state/status"
    for kind in $kinds; do
        echo "$kind [signed-by=$keyring] $(debian_mirror debian) ${suite%-security} main"
        [ "$suite" = "${suite%-security}" ] || echo "$kind [signed-by=$keyring] $(debian_mirror debian-security) $suite main"
    done > "$state/sources.list"
    if ! suite_apt "$suite" apt-get update > "$state/log" 2>&1; then
        cat "$state/log" >&2
        die 1 "the package lists of Debian $suite could not be fetched"
    fi
}

# suite_closure SUITE PACKAGE...: the packages and all that they need, one a line: name_version_arch.deb SIZE HASH.
suite_closure() {
    local suite=$1
    shift
    suite_apt "$suite" apt-get install -y --no-install-recommends --print-uris "$@" | sed -n "s/^'[^']*' //p"
}

# suite_unpack SUITE ROOT < LIST: fetches the packages of a list such as suite_closure's and unpacks them, nothing more:
# no script of theirs runs. The suite's lists are removed: they are large, and old by the next time.
suite_unpack() {
    local suite=$1 root=$2 state package
    state=$(cache_dir)/apt/$suite
    (
        cd "$state/archives" && rm -f ./*.deb &&
            # shellcheck disable=SC2046 # one word a package
            suite_apt "$suite" apt-get download $(sed -E 's/^([^_]+)_([^_]+)_.*/\1=\2/; s/%3a/:/g') > "$state/log" 2>&1
    ) || { tail -n 5 "$state/log" >&2; return 1; }
    mkdir -p "$root"
    for package in "$state"/archives/*.deb; do dpkg -x "$package" "$root" || return 1; done
    rm -rf "$state/lists" "$state"/*.bin "$state"/archives/*.deb
    rm -rf "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/locale"
}
