package io.tributary.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Reads sources and names what is too long, has too many parameters, or lacks its package-info. */
final class SourceCaps {
  static final int FILE_LINES = 500;
  static final int METHOD_LINES = 60;
  static final int PARAMETERS = 7;

  private SourceCaps() {}

  /** Every breach below a folder, as {@code file: what}. */
  static List<String> breaches(Collection<Path> files) throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK runs the tests");
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        found.addAll(new MethodScan(unit, positions).breaches());
      }
    }
    for (Path file : files) {
      long lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES) {
        found.add(file + ": " + lines + " lines");
      }
    }
    return found;
  }

  /** Folders with sources but without a null-marked package-info. */
  static List<String> packagesWithoutInfo(Collection<Path> files) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path folder :
        files.stream().map(Path::getParent).filter(Objects::nonNull).distinct().sorted().toList()) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
        found.add(folder.toString());
      }
    }
    return found;
  }

  static List<Path> sources(Path module, String kind) throws IOException {
    Path root = module.resolve("src").resolve(kind).resolve("java");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static final class MethodScan extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found = new ArrayList<>();
    private boolean inRecord;

    MethodScan(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    List<String> breaches() {
      scan(unit, null);
      return found;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
      LineMap lines = unit.getLineMap();
      long end = positions.getEndPosition(unit, method);
      if (end >= 0) {
        long length =
            lines.getLineNumber(end)
                - lines.getLineNumber(positions.getStartPosition(unit, method))
                + 1;
        String where = Path.of(unit.getSourceFile().toUri()) + ": " + method.getName();
        if (length > METHOD_LINES) {
          found.add(where + " has " + length + " lines");
        }
        if (method.getParameters().size() > PARAMETERS && !isRecordConstructor(method)) {
          found.add(where + " has " + method.getParameters().size() + " parameters");
        }
      }
      return super.visitMethod(method, null);
    }

    /** A record is the cure for many parameters, so its own constructor is spared. */
    private boolean isRecordConstructor(MethodTree method) {
      return inRecord && method.getReturnType() == null;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
      boolean outer = inRecord;
      inRecord = type.getKind() == Tree.Kind.RECORD;
      super.visitClass(type, null);
      inRecord = outer;
      return null;
    }
  }
}
