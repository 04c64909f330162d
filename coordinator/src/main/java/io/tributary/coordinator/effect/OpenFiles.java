package io.tributary.coordinator.effect;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files opened together and closed together. */
final class OpenFiles implements Closeable {
  private final List<Closeable> opened = new ArrayList<>();

  /** Opens a file that must be there: a missing one is named, since somebody took it away. */
  ByteSource open(Path file) throws IOException {
    try {
      return add(ByteSource.of(FileChannel.open(file, StandardOpenOption.READ)));
    } catch (NoSuchFileException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          "state folder: "
              + file
              + " is missing (expected: present until its round commits). Restore it, or stop the"
              + " run.",
          e);
    }
  }

  /** Takes what somebody else opened. */
  <T extends Closeable> T add(T file) {
    opened.add(file);
    return file;
  }

  @Override
  public void close() throws IOException {
    @Nullable IOException first = null;
    for (Closeable file : opened) {
      try {
        file.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
