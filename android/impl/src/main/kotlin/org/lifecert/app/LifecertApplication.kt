package org.lifecert.app

import android.app.Activity
import android.app.Application
import android.content.pm.PackageManager
import android.os.Bundle
import org.lifecert.app.api.Parts

/** Puts the app together. Tests bring their own [parts] and [Built]. */
open class LifecertApplication : Application() {
    /** What of this phone the app uses. */
    val parts: Parts by lazy { makeParts() }

    /** The app beside its screens. */
    val host: AppHost by lazy { AppHost(parts, makeBuilt()) }

    /** The screen before somebody's eyes: printing needs it. */
    var foreground: Activity? = null
        private set

    override fun onCreate() {
        super.onCreate()
        registerActivityLifecycleCallbacks(Foreground())
    }

    protected open fun makeParts(): Parts = PhoneParts(this)

    protected open fun makeBuilt(): Built {
        val info = packageManager.getApplicationInfo(packageName, PackageManager.GET_META_DATA)
        val version = packageManager.getPackageInfo(packageName, 0).versionName
        val pins = info.metaData?.getString(PINS).orEmpty()
        return Built(
            office = info.metaData?.getString(OFFICE)?.takeIf(String::isNotBlank),
            version = version.orEmpty(),
            pins = pins.split(',').map(String::trim).filter(String::isNotEmpty),
        )
    }

    private inner class Foreground : ActivityLifecycleCallbacks {
        override fun onActivityStarted(activity: Activity) {
            foreground = activity
        }

        override fun onActivityStopped(activity: Activity) {
            if (foreground === activity) foreground = null
        }

        override fun onActivityCreated(activity: Activity, state: Bundle?) = Unit

        override fun onActivityResumed(activity: Activity) = Unit

        override fun onActivityPaused(activity: Activity) = Unit

        override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

        override fun onActivityDestroyed(activity: Activity) = Unit
    }

    private companion object {
        const val OFFICE = "org.lifecert.office"
        const val PINS = "org.lifecert.pins"
    }
}
