#!/bin/sh
# Builds the core for iPhones, iPads and the simulators on a Mac, and puts it where Package.swift finds it.
#
# ONNX Runtime cannot be loaded from a file on iOS, so a static one goes into the core: ORT_IOS_XCFWK_PATH
# is ort's own setting for it, and names an onnxruntime.xcframework of static frameworks, as ONNX Runtime's
# own build makes it (tools/ci_build/github/apple/build_apple_framework.py).
set -eu
: "${ORT_IOS_XCFWK_PATH:?an onnxruntime.xcframework}"
export ORT_IOS_XCFWK_PATH IPHONEOS_DEPLOYMENT_TARGET=15.0
cd "$(dirname "$0")/../.."
out=ios/LifecertCoreFFI.xcframework
work=target/ios/xcframework
rm -rf "$out" "$work"
mkdir -p "$work/include"

# The interface: the same for every system, so it is read from this machine's own library.
cargo xtask bindings generate
cargo xtask ios sources
cp target/bindings/swift/LifecertCoreFFI.h "$work/include/"
printf 'module LifecertCoreFFI {\n    header "LifecertCoreFFI.h"\n    export *\n}\n' \
    > "$work/include/module.modulemap"

# Simulators on Macs with Apple's own processors: ort has no setting for the others.
build() {
    system=$1 name=$2 runtime=$3
    rustup target add "$system"
    cargo build --package lifecert-bindings --lib --profile phone --locked --target "$system"
    mkdir -p "$work/$name"
    libtool -static -o "$work/$name/liblifecert.a" \
        "target/$system/phone/liblifecert_bindings.a" \
        "$ORT_IOS_XCFWK_PATH/$runtime/onnxruntime.framework/onnxruntime"
}
simulator=ios-arm64_x86_64-simulator
if [ ! -d "$ORT_IOS_XCFWK_PATH/$simulator" ]; then simulator=ios-arm64-simulator; fi
build aarch64-apple-ios device ios-arm64
build aarch64-apple-ios-sim simulator "$simulator"

xcodebuild -create-xcframework \
    -library "$work/device/liblifecert.a" -headers "$work/include" \
    -library "$work/simulator/liblifecert.a" -headers "$work/include" \
    -output "$out"
