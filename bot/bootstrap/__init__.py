"""The one place where concrete parts meet: settings in, a running Threadkeeper out. Begins in `running`."""
