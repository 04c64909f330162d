package io.tributary.transport.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFilesTest {
  @Test
  void ofFolder_linkToAFolder_itsFiles(@TempDir Path folder) throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    Path link = Files.createSymbolicLink(folder.resolve("link"), model);
    assertEquals(ManifestFiles.ofFolder(model).manifest(), ManifestFiles.ofFolder(link).manifest());
    assertEquals(1, ManifestFiles.ofFolder(link).files().size());
  }
}
