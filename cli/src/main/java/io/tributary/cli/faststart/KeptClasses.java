package io.tributary.cli.faststart;

import java.util.List;

/** The file of classes that the launcher keeps, for processes that this one starts. */
public final class KeptClasses {
  /** Names the file; absent where the launcher has none. */
  private static final String PROPERTY = "tributary.classes";

  private KeptClasses() {}

  /** Options of a JVM with this one's class path; a file that does not fit it is passed over. */
  public static List<String> flags() {
    String file = System.getProperty(PROPERTY);
    return file == null
        ? List.of("-Xshare:auto")
        : List.of(
            "-Xshare:auto",
            "-XX:SharedArchiveFile=" + file,
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off",
            "-D" + PROPERTY + "=" + file);
  }
}
