plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
}

fun shared(name: String): String = providers.gradleProperty(name).get()

/** What phones have, by Android's and by Rust's name. */
val processors = mapOf(
    "arm64-v8a" to "aarch64-linux-android",
    "armeabi-v7a" to "armv7-linux-androideabi",
    "x86_64" to "x86_64-linux-android",
)
val repository = projectDir.resolve("../..")
val libraries = layout.buildDirectory.dir("rust")
val models = layout.buildDirectory.dir("models")

android {
    namespace = "org.lifecert.app"
    compileSdk = 35

    defaultConfig {
        applicationId = "org.lifecert.app"
        minSdk = 24
        targetSdk = 35
        versionCode = 1
        versionName = "0.1.0"
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    kotlinOptions {
        jvmTarget = "17"
    }
    sourceSets.getByName("main") {
        kotlin.setSrcDirs(shared("sources").split(','))
        java.setSrcDirs(emptyList<String>())
        res.setSrcDirs(shared("resources").split(','))
        manifest.srcFile(shared("manifest"))
        jniLibs.setSrcDirs(listOf(libraries))
        assets.setSrcDirs(listOf(models))
    }
    // The runtime is opened by its path, so that it has to lie there as a file.
    packaging.jniLibs.useLegacyPackaging = true
    splits.abi {
        isEnable = true
        reset()
        include(*processors.keys.toTypedArray())
        isUniversalApk = false
    }
    buildTypes.getByName("release") {
        isMinifyEnabled = true
        isShrinkResources = true
        proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "rules.pro")
    }
}

dependencies {
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-core-jvm:${shared("coroutines.version")}")
    implementation("net.java.dev.jna:jna:${shared("jna.version")}@aar")
    runtimeOnly("com.microsoft.onnxruntime:onnxruntime-android:${shared("onnxruntime.version")}")
}

val rust by tasks.registering(Exec::class) {
    description = "Builds the library for every processor, by cargo-ndk."
    workingDir = repository
    val targets = processors.keys.flatMap { listOf("--target", it) }
    val build = listOf("build", "--package", "lifecert-bindings", "--profile", "phone", "--locked")
    commandLine(
        listOf("cargo", "ndk", "--platform", "24") + targets +
            listOf("--output-dir", libraries.get().asFile.path) + build,
    )
}

val unpackedModels by tasks.registering(Sync::class) {
    description = "Brings the nets that `cargo xtask setup` has checked, without anything else of their packages."
    from(repository.resolve("models")) {
        include("manifest.toml", "node_modules/**/*.onnx")
    }
    into(models.map { it.dir("models") })
}

tasks.named("preBuild") {
    dependsOn(rust, unpackedModels)
}
