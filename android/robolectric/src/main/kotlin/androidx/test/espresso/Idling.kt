package androidx.test.espresso

import android.os.Looper

interface IdlingResource {
    fun interface ResourceCallback {
        fun onTransitionToIdle()
    }

    fun getName(): String

    fun isIdleNow(): Boolean

    fun registerIdleTransitionCallback(callback: ResourceCallback)
}

class IdlingRegistry private constructor() {
    fun getResources(): Collection<IdlingResource> = emptyList()

    fun getLoopers(): Collection<Looper> = emptyList()

    companion object {
        private val only = IdlingRegistry()

        @JvmStatic
        fun getInstance(): IdlingRegistry = only
    }
}
