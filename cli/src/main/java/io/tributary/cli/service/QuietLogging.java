package io.tributary.cli.service;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logs of commands that answer at once: errors only, to standard error. It stands for logback,
 * whose start takes longer than many an answer.
 */
public final class QuietLogging implements SLF4JServiceProvider {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** Made by SLF4J, which is told this class's name. */
  public QuietLogging() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return ErrorsOnly::new;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}

  /** A logger that is deaf to all but errors. */
  private static final class ErrorsOnly extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    ErrorsOnly(String name) {
      this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return false;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable failure) {
      PrintStream out = System.err;
      String text = MessageFormatter.basicArrayFormat(message, arguments);
      synchronized (out) {
        out.println(level + " " + name.substring(name.lastIndexOf('.') + 1) + ": " + text);
        if (failure != null) {
          failure.printStackTrace(out);
        }
      }
    }
  }
}
