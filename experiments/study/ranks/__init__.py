"""Do the bounds order settings as training does?"""
