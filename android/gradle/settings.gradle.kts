// The app for real phones, of the sources that Maven builds and tests in the folder above.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
    plugins {
        id("com.android.application") version providers.gradleProperty("android.version").get()
        id("org.jetbrains.kotlin.android") version providers.gradleProperty("kotlin.version").get()
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "lifecert"
