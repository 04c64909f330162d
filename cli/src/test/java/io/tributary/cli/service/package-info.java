/** Tests of what services need of their process. Nothing here serves. */
@NullMarked
package io.tributary.cli.service;

import org.jspecify.annotations.NullMarked;
