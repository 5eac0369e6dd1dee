package org.lifecert.app

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.FileNotFoundException
import java.io.IOException
import java.util.UUID

/**
 * Lends the receipt that is handed on to whichever app was chosen, and to no other: a picture in memory
 * under an address of chance, until the next one is lent or the app ends. Nothing is written to a file.
 */
class ReceiptProvider : ContentProvider() {
    override fun onCreate(): Boolean = true

    override fun getType(uri: Uri): String = TYPE

    override fun query(
        uri: Uri,
        projection: Array<String>?,
        selection: String?,
        selectionArgs: Array<String>?,
        sortOrder: String?,
    ): Cursor {
        val bytes = lentAt(uri)
        val columns = projection ?: arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE)
        val row = columns.map { column ->
            when (column) {
                OpenableColumns.DISPLAY_NAME -> FILE_NAME
                OpenableColumns.SIZE -> bytes?.size
                else -> null
            }
        }
        val cursor = MatrixCursor(columns)
        if (bytes != null) cursor.addRow(row)
        return cursor
    }

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        val bytes = lentAt(uri) ?: throw FileNotFoundException()
        if (mode != "r") throw FileNotFoundException()
        return openPipeHelper(uri, TYPE, null, bytes) { output, _, _, _, lent ->
            try {
                ParcelFileDescriptor.AutoCloseOutputStream(output).use { it.write(lent) }
            } catch (_: IOException) {
                // Whoever asked for it has seen enough.
            }
        }
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?): Int = 0

    override fun update(
        uri: Uri,
        values: ContentValues?,
        selection: String?,
        selectionArgs: Array<String>?,
    ): Int = 0

    companion object {
        const val TYPE = "image/png"
        private const val FILE_NAME = "lifecert.png"

        private class Lent(val address: Uri, val bytes: ByteArray)

        @Volatile
        private var lent: Lent? = null

        private fun lentAt(uri: Uri): ByteArray? = lent?.takeIf { it.address == uri }?.bytes

        /** Lends a picture, and gives its address. */
        fun lend(context: Context, png: ByteArray): Uri {
            val address = Uri.Builder()
                .scheme("content")
                .authority("${context.packageName}.receipts")
                .appendPath(UUID.randomUUID().toString())
                .build()
            lent = Lent(address, png)
            return address
        }
    }
}
