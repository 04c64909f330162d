package io.tributary.training.torch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the TorchScript archive of a script: the zip that {@code torch.jit.save} would write for a
 * module {@code Ops} without parameters.
 */
final class ScriptArchive {
  /** Pickle, protocol 2, of {@code __torch__.Ops} with the one attribute {@code training: True}. */
  private static final byte[] MODULE =
      "\u0080\u0002c__torch__\nOps\n)\u0081}X\b\0\0\0training\u0088sb.".getBytes(ISO_8859_1);

  private static final byte[] EMPTY_TUPLE = "\u0080\u0002).".getBytes(ISO_8859_1);

  /** Schema version 10: the operators of PyTorch 1.13 and later. */
  private static final byte[] VERSION = "10\n".getBytes(UTF_8);

  private ScriptArchive() {}

  static byte[] bytes(Script script) {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      put(zip, "ops/data.pkl", MODULE);
      put(zip, "ops/code/__torch__.py", code(script).getBytes(UTF_8));
      put(zip, "ops/constants.pkl", EMPTY_TUPLE);
      put(zip, "ops/version", VERSION);
    } catch (IOException e) {
      throw new IllegalStateException("a zip in memory", e);
    }
    return out.toByteArray();
  }

  /** One class: TorchScript finds functions wherever they stand in it. */
  private static String code(Script script) {
    String common = own("ops.py") + "\n" + own("losses.py") + "\n";
    String all =
        script.differentiated()
            ? own("pass.py") + common + own("segments.py") + "\n" + script.text()
            : common + script.text();
    return own("adapters.py") + all;
  }

  private static String own(String resource) {
    return Script.read(ScriptArchive.class, resource);
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    var crc = new CRC32();
    crc.update(bytes);
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
