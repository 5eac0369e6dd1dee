package org.lifecert.app

import android.app.Activity
import android.print.PrintManager
import android.webkit.WebView
import android.webkit.WebViewClient

/** Prints a receipt's page with whatever printer the phone knows. */
class ReceiptPrinter(private val activity: Activity) {
    /** Whether the phone can print at all; what follows is the system's own dialogue. */
    fun print(html: String): Boolean {
        val manager = activity.getSystemService(PrintManager::class.java) ?: return false
        // Some phones come without the system's web view.
        val page = try {
            WebView(activity)
        } catch (_: RuntimeException) {
            return false
        }
        page.settings.javaScriptEnabled = false
        page.settings.blockNetworkLoads = true
        page.settings.allowFileAccess = false
        page.settings.allowContentAccess = false
        val name = activity.applicationInfo.loadLabel(activity.packageManager).toString()
        val client = object : WebViewClient() {
            override fun onPageFinished(view: WebView, url: String?) {
                if (activity.isFinishing || activity.isDestroyed) return
                manager.print(name, view.createPrintDocumentAdapter(name), null)
            }
        }
        page.setWebViewClient(client)
        page.loadDataWithBaseURL(null, html, "text/html", "UTF-8", null)
        return true
    }
}
