package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** The page of figures on the disk; each bench's section is written as soon as it is measured. */
public final class PageFile {
  private final Path file;

  public PageFile(Path file) {
    this.file = file;
  }

  /** Puts a bench's figures into its section. */
  public void put(PerformanceBench bench, List<Measured> figures) {
    String machine = MachineFacts.words(LocalDate.now(ZoneOffset.UTC).toString());
    try {
      String page =
          Files.exists(file)
              ? Files.readString(file, StandardCharsets.UTF_8)
              : PerformancePage.empty();
      Files.writeString(
          file, PerformancePage.with(page, bench, machine, figures), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, file + ": can't be written (expected: a writable file). Mend that.", e);
    }
  }
}
