package org.lifecert.app

import android.content.Context
import java.io.File
import org.lifecert.app.api.ModelFiles

/** The models that come inside of the app, unpacked to where the core reads them; once for each version. */
class ModelAssets(private val context: Context) {
    private val folder = File(context.noBackupFilesDir, "models")

    fun unpacked(): ModelFiles {
        val mark = File(folder, "unpacked")
        val version = context.packageManager.getPackageInfo(context.packageName, 0).lastUpdateTime.toString()
        if (!mark.isFile || mark.readText() != version) {
            // Half of it may lie there from a time when the phone went off.
            folder.deleteRecursively()
            copy(ASSETS, folder)
            mark.writeText(version)
        }
        return ModelFiles(folder.path, runtime())
    }

    private fun copy(from: String, to: File) {
        val inside = context.assets.list(from).orEmpty()
        if (inside.isEmpty()) {
            context.assets.open(from).use { asset -> to.outputStream().use(asset::copyTo) }
        } else {
            to.mkdirs()
            inside.forEach { copy("$from/$it", File(to, it)) }
        }
    }

    /** ONNX Runtime as the system unpacked it with the app. */
    private fun runtime(): String? =
        File(context.applicationInfo.nativeLibraryDir.orEmpty(), RUNTIME).takeIf(File::isFile)?.path

    private companion object {
        const val ASSETS = "models"
        const val RUNTIME = "libonnxruntime.so"
    }
}
