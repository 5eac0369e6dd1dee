package org.lifecert.app

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.CalendarContract
import android.provider.Settings
import org.lifecert.app.api.Outside
import org.lifecert.core.Outward

/** A receipt as it is shown and handed on; null where it does not lie on this phone. */
interface ReceiptPapers {
    /** Its QR code, a PNG file. */
    fun qrPng(receipt: String): ByteArray?

    /** A page to be printed, HTML. */
    fun html(receipt: String): String?
}

/** What is outside of the app, by the phone's own apps. */
class PhoneOutside(
    private val context: Context,
    private val papers: () -> ReceiptPapers,
    private val reminders: Reminders,
    /** The screen before somebody's eyes, which printing needs. */
    private val foreground: () -> Activity?,
) : Outside {
    override fun perform(outward: Outward): Boolean = when (outward) {
        // The number stands in the dialler: whether to call is its person's own press.
        is Outward.Call -> start(Intent(Intent.ACTION_DIAL, Uri.fromParts("tel", outward.number, null)))
        is Outward.ShareReceipt -> share(outward.receipt)
        is Outward.PrintReceipt -> print(outward.receipt)
        is Outward.SystemSettings -> start(
            Intent(
                Settings.ACTION_APPLICATION_DETAILS_SETTINGS,
                Uri.fromParts("package", context.packageName, null),
            ),
        )
        is Outward.Calendar -> start(
            Intent(Intent.ACTION_INSERT, CalendarContract.Events.CONTENT_URI)
                .putExtra(CalendarContract.Events.TITLE, outward.title)
                .putExtra(CalendarContract.EXTRA_EVENT_BEGIN_TIME, outward.atMs.toLong())
                .putExtra(CalendarContract.EXTRA_EVENT_END_TIME, outward.atMs.toLong() + HOUR_MS),
        )
        is Outward.Remind -> {
            reminders.set(outward.person, outward.title, outward.atMs.map(ULong::toLong))
            outward.atMs.isNotEmpty()
        }
        // The rest is the app's own.
        else -> false
    }

    private fun share(receipt: String): Boolean {
        val png = papers().qrPng(receipt) ?: return false
        val address = ReceiptProvider.lend(context, png)
        val send = Intent(Intent.ACTION_SEND)
            .setType(ReceiptProvider.TYPE)
            .putExtra(Intent.EXTRA_STREAM, address)
            .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        send.clipData = ClipData.newRawUri(null, address)
        val chooser = Intent.createChooser(send, null)
        return start(chooser.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION))
    }

    private fun print(receipt: String): Boolean {
        val html = papers().html(receipt) ?: return false
        val activity = foreground() ?: return false
        return ReceiptPrinter(activity).print(html)
    }

    private fun start(intent: Intent): Boolean = try {
        context.startActivity(intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
        true
    } catch (_: ActivityNotFoundException) {
        false
    } catch (_: SecurityException) {
        false
    }

    private companion object {
        const val HOUR_MS = 3_600_000L
    }
}
