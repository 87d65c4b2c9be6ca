#!/bin/sh
# Compiles the kernels to PTX and writes it, with its provenance, to the module's resources.
#
#   regenerate.sh [FOLDER]     FOLDER instead of ../resources/dev/retort/cuda/kernels
#   NVCC                       the compiler; nvcc of the PATH if unset
#
# nvcc writes the newest PTX version that it knows, which only the newest drivers read. The kernels use nothing
# newer than the versions below, which is what drivers from CUDA 11.4 and 12.0 on read; where ptxas is at hand it
# proves it by assembling the result.
set -eu
unset CDPATH
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")"
nvcc=${NVCC:-nvcc}
out=${1:-../resources/dev/retort/cuda/kernels}
flags='-ptx -std=c++17'

mkdir -p "$out"
properties=$out/PROVENANCE.properties
{
    echo '# Written by regenerate.sh. The values of .cu, .cuh and .ptx files are their SHA-256.'
    echo "nvcc=$("$nvcc" --version | sed -n 's/.*, V\([0-9.]*\)$/\1/p')"
    echo "flags=$flags"
    sha256sum -- *.cu *.cuh | sed 's/^\([0-9a-f]*\)  \(.*\)$/\2=\1/'
} >"$properties"

compile() {
    "$nvcc" -arch="compute_$2" $flags -o "$out/$1.next" "$1.cu"
    sed -e "s/^\.version .*/.version $3/" -e '/^[[:space:]]*\/\//d' -e '/^[[:space:]]*$/d' \
        "$out/$1.next" >"$out/$1.compute_$2.ptx"
    rm "$out/$1.next"
    if command -v ptxas >/dev/null; then
        ptxas -arch="sm_$2" -o /dev/null "$out/$1.compute_$2.ptx"
    fi
}

for source in *.cu; do
    name=${source%.cu}
    compile "$name" 80 7.4
    compile "$name" 90 8.0
done
(cd "$out" && sha256sum -- *.ptx) | sed 's/^\([0-9a-f]*\)  \(.*\)$/\2=\1/' >>"$properties"
