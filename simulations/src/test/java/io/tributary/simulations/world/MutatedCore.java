package io.tributary.simulations.world;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.session.SessionMachine;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.federation.ErrorKind;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/** The two cores and the world once more, one class of them compiled from a mutant's source. */
final class MutatedCore extends ClassLoader {
  private static final List<String> OWN =
      List.of(
          "io.tributary.coordinator.round.",
          "io.tributary.client.session.",
          "io.tributary.simulations.world.");

  private final Map<String, byte[]> compiled;

  private MutatedCore(Map<String, byte[]> compiled) {
    super(MutatedCore.class.getClassLoader());
    this.compiled = compiled;
  }

  /** The cores as they are, loaded in the same way. */
  static MutatedCore unchanged() {
    return new MutatedCore(Map.of());
  }

  static MutatedCore of(Mutant mutant) throws IOException {
    return new MutatedCore(compile(mutant));
  }

  /** Schedules that run on these cores. */
  @SuppressWarnings("unchecked") // Schedules is that function, whoever loaded it
  LongFunction<SortedMap<String, Long>> schedules() throws ReflectiveOperationException {
    return (LongFunction<SortedMap<String, Long>>)
        loadClass(Schedules.class.getName()).getConstructor().newInstance();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (OWN.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      byte[] code = code(name);
      return defineClass(name, code, 0, code.length);
    }
  }

  private byte[] code(String name) throws ClassNotFoundException {
    byte[] mutated = compiled.get(name);
    if (mutated != null) {
      return mutated;
    }
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static Map<String, byte[]> compile(Mutant mutant) throws IOException {
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK runs the tests");
    var said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        var output = new InMemory(files)) {
      boolean done =
          compiler
              .getTask(
                  said,
                  output,
                  null,
                  List.of("-proc:none", "-nowarn", "--class-path", classPath()),
                  null,
                  List.of(new Source(mutant)))
              .call();
      if (!done) {
        throw new IllegalStateException(mutant + " does not compile: " + said);
      }
      return output.classes();
    }
  }

  private static String classPath() {
    return Stream.of(
            RoundMachine.class,
            SessionMachine.class,
            Tally.class,
            ErrorKind.class,
            NullMarked.class)
        .map(
            type ->
                new File(
                        URI.create(
                            type.getProtectionDomain().getCodeSource().getLocation().toString()))
                    .getPath())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Mutant mutant) throws IOException {
      super(URI.create("mutant:///" + mutant.type().replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = mutant.source();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

    InMemory(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          var bytes = new ByteArrayOutputStream();
          written.put(name, bytes);
          return bytes;
        }
      };
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new HashMap<>();
      written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return classes;
    }
  }
}
